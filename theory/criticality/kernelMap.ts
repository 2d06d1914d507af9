/**
 * The kernel recursion of one input as a map K -> K', and how it carries perturbations: everything criticality is about, read off
 * the derived recursion of K[ab].
 */
import { InternalError } from '../../diagnostics/diagnostic.ts';
import { averageAtom, couplingAtom, type Atom, type AverageAtom } from '../atom.ts';
import { zFamily, type SampleLabel } from '../coupling.ts';
import { expandDerivatives } from '../expandDerivatives.ts';
import { specialiseToOneSample } from '../expandSamples.ts';
import { atSample } from '../label.ts';
import type { Polynomial, Ring } from '../polynomial.ts';
import { rational } from '../rational.ts';
import type { Recursion, Theory } from '../theory.ts';

/** Polynomials at one sample in averages over the pre-activations, parameters and kernels. */
export interface KernelMap {
  readonly ring: Ring<Atom>;
  /** The labels of the kernels: `1`, or `u.1` and `v.1` for gated units. */
  readonly labels: readonly SampleLabel[];
  /** K' of the first, such as C_b + C_W <s s>. */
  readonly next: Polynomial<Atom>;
  /** K' of each. */
  readonly nexts: readonly Polynomial<Atom>[];
  /** chi_par = dK'/dK: both inputs move along (PDLT section 5.1). Of several kernels the sum over the diagonal of their Jacobian. */
  readonly parallel: Polynomial<Atom>;
  /** chi_perp = dK'[ab]/dK[ab] at a = b: two inputs of one length move apart. Of several kernels as chi_par. */
  readonly perpendicular: Polynomial<Atom>;
}

/**
 * Of several kernels the sums over the diagonals are eigenvalues where all pre-activations read one function of the layer below: their Jacobians
 * then have rank one, and the other eigenvalues are zero. `sharedAverage` says whether that is so.
 */
export function kernelMap(theory: Theory): KernelMap {
  const { ring } = theory;
  const parts = kernelRecursions(theory).map((recursion) => {
    const [a, b] = recursion.samples as [SampleLabel, SampleLabel];
    const label = atSample(a, '1');
    const value = ring.substitute(recursion.value, (atom) =>
      atom.kind === 'width-ratio' ? ring.one : undefined,
    );
    const next = carryOutMoments(ring, specialiseToOneSample(ring, value));
    const apart = derivative(ring, value, (atom) => alongCovariance(ring, atom, a, b));
    return {
      label,
      next,
      parallel: kernelDerivative(ring, next, label),
      perpendicular: carryOutMoments(ring, specialiseToOneSample(ring, apart)),
    };
  });
  return {
    ring,
    labels: parts.map(({ label }) => label),
    next: parts[0]!.next,
    nexts: parts.map(({ next }) => next),
    parallel: ring.sum(parts.map(({ parallel }) => parallel)),
    perpendicular: ring.sum(parts.map(({ perpendicular }) => perpendicular)),
  };
}

/** The recursions of K[ab], one for each pre-activation of a block. */
export function kernelRecursions({ recursions }: Theory): readonly Recursion[] {
  const { key } = zFamily(2);
  const found = recursions.filter(({ family, order }) => family.key === key && order === 0);
  if (found.length === 0) throw new InternalError('a theory without a kernel');
  return found;
}

/** d/dK of a polynomial at one sample, K that of `label`: d<f>/dK = (1/2) <f''>. */
export function kernelDerivative(
  ring: Ring<Atom>,
  value: Polynomial<Atom>,
  label: SampleLabel = '1',
): Polynomial<Atom> {
  return derivative(ring, value, (atom) => {
    if (atom.kind === 'coupling') return atom.samples[0] === label ? ring.one : undefined;
    if (atom.kind !== 'average' || atom.locals[0]?.sample !== label) return undefined;
    const raised = averageAtom(atom.locals, [...atom.derivatives, label, label]);
    return ring.scale(ring.atom(raised), rational(1, 2));
  });
}

/** d<f>/dK[ab] = <d_a d_b f>, the derivatives carried out so that the samples may become one. */
function alongCovariance(
  ring: Ring<Atom>,
  atom: Atom,
  a: SampleLabel,
  b: SampleLabel,
): Polynomial<Atom> | undefined {
  if (atom.kind === 'coupling')
    return atom.samples.includes(a) && atom.samples.includes(b) ? ring.one : undefined;
  if (atom.kind !== 'average') return undefined;
  const raised: AverageAtom = averageAtom(atom.locals, [...atom.derivatives, a, b]);
  return expandDerivatives(ring, ring.atom(raised));
}

/** Averages of powers of z alone are powers of K: < d^m z^p > = p! / (p - m)! (p - m - 1)!! K^((p - m) / 2). */
export function carryOutMoments(ring: Ring<Atom>, value: Polynomial<Atom>): Polynomial<Atom> {
  return ring.substitute(value, (atom) => {
    if (atom.kind !== 'average' || atom.locals.some(({ fn }) => fn !== 'identity')) return undefined;
    if (atom.locals.some(({ derivative }) => derivative > 1)) return ring.zero;
    const degree = atom.locals.reduce((sum, local) => sum + (local.derivative === 0 ? local.power : 0), 0);
    const left = degree - atom.derivatives.length;
    if (left < 0 || left % 2 === 1) return ring.zero;
    const ordered = product(left + 1, degree, 1) * product(1, left - 1, 2);
    const label = atom.locals[0]!.sample;
    const kernel = ring.atom(couplingAtom(zFamily(2), 0, [label, label]));
    return ring.scale(ring.power(kernel, left / 2), rational(ordered));
  });
}

/** from (from + step) ... to */
function product(from: number, to: number, step: number): number {
  return from > to ? 1 : from * product(from + step, to, step);
}

/** The product rule; `of` gives the derivative of an atom, undefined where it is a constant. */
function derivative(
  ring: Ring<Atom>,
  value: Polynomial<Atom>,
  of: (atom: Atom) => Polynomial<Atom> | undefined,
): Polynomial<Atom> {
  const terms = ring.terms(value).flatMap(({ coefficient, factors }) =>
    factors.flatMap((chosen) => {
      const changed = of(chosen.atom);
      if (!changed) return [];
      const rest = factors.map(({ atom, exponent }) =>
        ring.atom(atom, atom === chosen.atom ? exponent - 1 : exponent),
      );
      const product = rest.reduce((p, q) => ring.multiply(p, q), changed);
      return [ring.scale(ring.scale(product, coefficient), rational(chosen.exponent))];
    }),
  );
  return ring.sum(terms);
}
