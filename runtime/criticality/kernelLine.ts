/**
 * The kernels of one neuron as functions of the first of them. After one layer the kernels of gated units lie on a line, since all
 * pre-activations read one average: K_p = bias_p + (weight_p / weight_0) (K_0 - bias_0).
 */
import { UserError } from '../../diagnostics/diagnostic.ts';
import type { Atom } from '../../theory/atom.ts';
import type { KernelMap } from '../../theory/criticality/kernelMap.ts';
import { sharedAverage } from '../../theory/criticality/sharedAverage.ts';
import { evaluate } from '../../theory/evaluate.ts';
import { fieldOf } from '../../theory/label.ts';
import type { Polynomial, Ring } from '../../theory/polynomial.ts';
import { rationalToNumber } from '../../theory/rational.ts';
import type { Bindings, Kernels } from './oneSample.ts';

export interface KernelLine {
  /** The number of kernels. */
  readonly dimension: number;
  /** Below what the biases give, where no layer leads, the kernels of the biases alone. */
  readonly at: (kernel: number, bindings: Bindings) => Kernels;
  /** dK_p/dK_0. */
  readonly slopes: (bindings: Bindings) => readonly number[];
}

/** Throws UserError where pre-activations read different functions: their kernels are several unknowns then. */
export function kernelLine(map: KernelMap): KernelLine {
  if (map.labels.length === 1) return { dimension: 1, at: (kernel) => [kernel], slopes: () => [1] };
  const shared = sharedAverage(map);
  if (!shared) throw new UserError(refusal(map));
  const { biases, weights } = shared;
  const slopes = (bindings: Bindings): readonly number[] => {
    const [first, ...rest] = weights.map((weight) => constantOf(map.ring, weight, bindings));
    return [1, ...rest.map((weight) => weight / first!)];
  };
  return {
    dimension: map.labels.length,
    slopes,
    at: (kernel, bindings) => {
      const offsets = biases.map((bias) => constantOf(map.ring, bias, bindings));
      const excess = Math.max(0, kernel - offsets[0]!);
      const ratios = slopes(bindings);
      return offsets.map((bias, k) => Math.max(LEAST, bias + (excess === 0 ? 0 : ratios[k]! * excess)));
    },
  };
}

/** Stands for a kernel that vanishes. */
const LEAST = 1e-12;

function refusal({ labels }: KernelMap): string {
  const names = labels.map((label) => `\`${fieldOf(label) ?? label}\``).join(', ');
  return (
    `criticality of gated units is known where all pre-activations read one function of the layer below; here ${names} read different ones, ` +
    'so that their kernels are several unknowns'
  );
}

/** A polynomial in parameters. */
export function constantOf(ring: Ring<Atom>, value: Polynomial<Atom>, bindings: Bindings): number {
  return ring.terms(value).reduce(
    (sum, { coefficient, factors }) =>
      sum +
      factors.reduce((product, { atom, exponent }) => {
        const factor =
          atom.kind === 'parameter'
            ? (bindings.get(atom.name) ?? NaN)
            : atom.kind === 'scalar'
              ? evaluate(atom.expression, bindings)
              : NaN;
        return product * factor ** exponent;
      }, rationalToNumber(coefficient)),
    0,
  );
}
