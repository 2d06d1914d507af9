/**
 * The average over one layer's weights and biases: pass 2 of the cumulant flow.
 *
 * Given layer l, Gaussian weights make the next pre-activations independent over neurons and Gaussian, with
 * the random covariance
 *
 *     g_ab = sum over bias groups C_b + sum over weight groups (C_W / n_l) sum_j f_j(a) f_j(b),
 *
 * so every cumulant of z[l+1] is a cumulant of these row statistics (PDLT section 4.3).
 */
import { overlapAtom, type Atom, type LocalFunction } from '../../theory/atom.ts';
import type { SampleLabel } from '../../theory/coupling.ts';
import { multiply, type Expr } from '../../theory/expression.ts';
import type { LayerTerm, LocalFactor, ParameterGroup } from '../../theory/model.ts';
import type { Polynomial, Ring } from '../../theory/polynomial.ts';
import { scalarPolynomial } from './scalarPolynomial.ts';

/** `coefficient * (1/n_l) sum_j prod locals(z_j)`. */
export interface NeuronSum {
  readonly coefficient: Polynomial<Atom>;
  readonly locals: readonly LocalFunction[];
}

/** `constant + sum of neuron sums`: what two legs on one row leave behind after the average over weights. */
export interface RowStatistic {
  readonly constant: Polynomial<Atom>;
  readonly sums: readonly NeuronSum[];
}

/** The covariance g_ab of one row of the step `layer`, as a random variable of the layer below. */
export function contractWeights(
  ring: Ring<Atom>,
  layer: readonly LayerTerm[],
  groups: readonly ParameterGroup[],
  [a, b]: readonly [SampleLabel, SampleLabel],
): RowStatistic {
  let constant = ring.zero;
  const sums: NeuronSum[] = [];
  for (const left of layer)
    for (const right of layer.filter((term) => term.group === left.group)) {
      const coefficient = pairCoefficient(ring, left, right, groups);
      if (left.kind === 'weights' && right.kind === 'weights')
        sums.push({ coefficient, locals: [...localsAt(left.local, a), ...localsAt(right.local, b)] });
      else constant = ring.add(constant, coefficient);
    }
  return { constant, sums };
}

/** The kernel of the first layer, `C_b + C_W (1/n_0) sum_j x_j(a) x_j(b)`: exact, it does not fluctuate. */
export function contractFirstLayer(
  ring: Ring<Atom>,
  layer: readonly LayerTerm[],
  groups: readonly ParameterGroup[],
  samples: readonly [SampleLabel, SampleLabel],
): Polynomial<Atom> {
  const { constant, sums } = contractWeights(ring, layer, groups, samples);
  const overlap = ring.atom(overlapAtom(...samples));
  return sums.reduce((total, sum) => ring.add(total, ring.multiply(sum.coefficient, overlap)), constant);
}

/** Two terms with the same parameter group contract to its variance; as expressions, so that `sqrt(k)` twice is k. */
function pairCoefficient(
  ring: Ring<Atom>,
  left: LayerTerm,
  right: LayerTerm,
  groups: readonly ParameterGroup[],
): Polynomial<Atom> {
  const variance = groups.find((group) => group.name === left.group)?.variance as Expr;
  return scalarPolynomial(ring, multiply(variance, left.coefficient, right.coefficient));
}

function localsAt(factors: readonly LocalFactor[], sample: SampleLabel): LocalFunction[] {
  return factors.map(({ activation, power }) => ({ fn: activation, derivative: 0, sample, power }));
}
