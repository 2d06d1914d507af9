/**
 * Gated units with a bias on the gate alone: the kernel of the branch that is gated falls to zero while that of the gate stays at the variance of
 * its bias. Every term of K_u' then has a factor K_u, and the conditions at K_u = 0 are one: dK_u'/dK_u = 1.
 */
import { kernelDerivative, type KernelMap } from '../../theory/criticality/kernelMap.ts';
import { sharedAverage } from '../../theory/criticality/sharedAverage.ts';
import { fieldOf } from '../../theory/label.ts';
import type { Model, Study } from '../../theory/model.ts';
import { reasonAgainst } from './admissible.ts';
import { constantOf } from './kernelLine.ts';
import { bindingsOf, createOneSample, evaluateAt, type Bindings } from './oneSample.ts';
import type { CriticalPoint } from './report.ts';

/** One point for each kernel that can vanish beside others that stay, where an unknown is the variance of its weights. */
export function gatedZeroBranch(
  map: KernelMap,
  model: Model,
  study: Study,
  unknowns: readonly string[],
): CriticalPoint[] {
  const { ring, labels, nexts } = map;
  const shared = labels.length > 1 ? sharedAverage(map) : undefined;
  if (!shared) return [];
  const given: Bindings = new Map([...bindingsOf(study)].filter(([name]) => !unknowns.includes(name)));
  const biases = shared.biases.map((bias) => constantOf(ring, bias, given));
  return labels.flatMap((label, u) => {
    const isLinear = ring
      .terms(shared.average)
      .every(({ factors }) =>
        factors.some(
          ({ atom, exponent }) => atom.kind === 'coupling' && atom.samples[0] === label && exponent === 1,
        ),
      );
    const others = labels.map((_, k) => k).filter((k) => k !== u);
    const stays = others.every((k) => biases[k]! > 0);
    if (!isLinear || biases[u] !== 0 || !stays) return [];
    const oneSample = createOneSample(ring, model, study, labels);
    const slope = kernelDerivative(ring, nexts[u]!, label);
    const compiled = oneSample.compile(slope);
    const bends = others.map((k) => oneSample.compile(kernelDerivative(ring, slope, labels[k])));
    const kernels = labels.map((_, k) => (k === u ? LEAST : biases[k]!));
    const table = oneSample.averagesAt(kernels);
    const [unknown] = unknowns.filter((name) =>
      ring
        .terms(shared.weights[u]!)
        .every(({ factors }) =>
          factors.some(
            ({ atom, exponent }) => atom.kind === 'parameter' && atom.name === name && exponent === 1,
          ),
        ),
    );
    if (unknown === undefined) return [];
    const free = new Map([...given, ...unknowns.map((name): [string, number] => [name, 1])]);
    const value = 1 / evaluateAt(compiled, kernels, table, free).value;
    const values = new Map([...free, [unknown, value]]);
    if (reasonAgainst(model, values) !== undefined) return [];
    // Unknowns that stay free are 1 here: their sign is what matters.
    const ratio = others.map(
      (k) => constantOf(ring, shared.weights[k]!, values) / constantOf(ring, shared.weights[u]!, values),
    );
    const bend = bends.reduce(
      (sum, each, k) => sum + ratio[k]! * evaluateAt(each, kernels, table, values).value,
      0,
    );
    const depends = others.some((k) =>
      ring
        .terms(shared.weights[k]!)
        .some(({ factors }) =>
          factors.some(
            ({ atom }) => atom.kind === 'parameter' && unknowns.includes(atom.name) && atom.name !== unknown,
          ),
        ),
    );
    return [
      {
        class: 'K* = 0',
        kernel: {
          kind: 'zero',
          kernels: Object.fromEntries(
            labels.map((each, k) => [fieldOf(each) ?? each, k === u ? 0 : biases[k]!]),
          ),
        },
        parameters: { [unknown]: { value } },
        approach: bend < 0 ? 'attracting' : bend > 0 ? 'repelling' : 'undecided',
        ...(depends ? {} : { drift: { coefficient: { value: bend }, power: 2 } }),
      } satisfies CriticalPoint,
    ];
  });
}

/** Stands for a kernel that vanishes: no average that is needed depends on it. */
const LEAST = 1e-12;
