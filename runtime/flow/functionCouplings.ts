/**
 * Numbers for couplings that end on functions of a neuron (theory/functionCoupling.ts). Unrolled over the layers below, the recursion of
 * such a coupling says that it is a sum over its sources, products g of local functions of earlier layers k, of
 *
 *     weight * < g(z[k]) f(z[l]) >,
 *
 * z[k] and z[l] being the pre-activations of one neuron, jointly Gaussian at infinite width: the skip connections between k and l
 * multiply their covariance, < z_a[k] z_b[l] > = gamma^(l-k) K_ab[k]. By the definition of the coupling, what both
 * functions have in the Hermite degrees of pairs is left out. So a layer step carries a list of weighted sources instead of a number.
 */
import { InternalError } from '../../diagnostics/diagnostic.ts';
import {
  atomKey,
  averageAtom,
  couplingAtom,
  type FunctionCouplingAtom,
  type LocalFunction,
} from '../../theory/atom.ts';
import type { SampleLabel } from '../../theory/coupling.ts';
import { replacedLegs, vanishingDegrees } from '../../theory/functionCoupling.ts';
import type { AverageFactor, AverageRequest, AverageValue } from '../averages/averageRequest.ts';
import { analyseKernel, type KernelStructure } from '../averages/kernelStructure.ts';
import type { FunctionTarget } from './functionTargets.ts';

/** A product of local functions of the z of one neuron at an earlier layer. */
export interface FunctionSource {
  readonly layer: number;
  readonly locals: readonly LocalFunction[];
  readonly weight: number;
}

/** The sources of every component, by the `atomKey` of its coupling; none at layer 1. */
export type FunctionCouplings = ReadonlyMap<string, readonly FunctionSource[]>;

/** One layer step: each component's sources, carried on and new, alike ones added up. */
export function nextSources(
  targets: readonly FunctionTarget[],
  values: ArrayLike<number>,
  { layer, functions }: { readonly layer: number; readonly functions: FunctionCouplings },
): FunctionCouplings {
  return new Map(
    targets.map(({ coupling, terms }) => {
      const sum = new Map<string, FunctionSource>();
      for (const { coefficient, slots, by } of terms) {
        const size = slots.reduce((product, slot) => product * (values[slot] as number), coefficient);
        const added =
          'source' in by ? [{ layer, locals: by.source, weight: 1 }] : (functions.get(by.carried) ?? []);
        for (const source of size === 0 ? [] : added) {
          const key = `${source.layer} ${atomKey(averageAtom(source.locals))}`;
          const weight = (sum.get(key)?.weight ?? 0) + size * source.weight;
          sum.set(key, { ...source, weight });
        }
      }
      return [atomKey(coupling), [...sum.values()]];
    }),
  );
}

export function sourcesOf(
  { family, order, samples }: FunctionCouplingAtom,
  sources: FunctionCouplings,
): readonly FunctionSource[] {
  return sources.get(atomKey(couplingAtom(family, order, samples))) ?? [];
}

/** What averages over the neurons of one layer, or of two, need to know. */
export interface LayerAverages {
  readonly labels: readonly SampleLabel[];
  readonly structureAt: (layer: number) => KernelStructure;
  /** Sum of the coefficients of z_i in the equation that computes `layer`. */
  readonly skipInto: (layer: number) => number;
  readonly factor: (local: LocalFunction, layer: number) => AverageFactor;
  readonly averages: (requests: readonly AverageRequest[], structure: KernelStructure) => AverageValue[];
}

/** One value an atom, in order, at `layer`, which the functions that they end on are of. */
export function functionCouplingValues(
  atoms: readonly FunctionCouplingAtom[],
  layer: number,
  sources: FunctionCouplings,
  context: LayerAverages,
): number[] {
  const parts = atoms.flatMap((atom, place) =>
    sourcesOf(atom, sources).map((source) => ({ place, atom, source })),
  );
  const values = atoms.map(() => 0);
  for (const lower of new Set(parts.map(({ source }) => source.layer))) {
    const here = parts.filter(({ source }) => source.layer === lower);
    const pair = pairOfLayers(lower, layer, context);
    correlations(here, pair, context).forEach((value, k) => {
      const { place, source } = here[k] as (typeof here)[number];
      values[place] = (values[place] as number) + source.weight * value;
    });
  }
  return values;
}

/** The neurons of two layers together: samples of the upper one, then those of the lower one. */
interface LayerPair {
  readonly lower: number;
  readonly upper: number;
  readonly structure: KernelStructure;
  /** < z_a[lower] z_b[upper] > = carried * K_ab[lower] */
  readonly carried: number;
}

function pairOfLayers(
  lower: number,
  upper: number,
  { labels, structureAt, skipInto }: LayerAverages,
): LayerPair {
  let carried = 1;
  for (let layer = lower + 1; layer <= upper; layer++) carried *= skipInto(layer);
  const [below, above] = [structureAt(lower), structureAt(upper)];
  const rows = above.kernel.map((row, a) => [
    ...row,
    ...(below.kernel[a] ?? []).map((value) => carried * value),
  ]);
  const more = below.kernel.map((row) => [...row.map((value) => carried * value), ...row]);
  const structure = analyseKernel([...rows, ...more], { layer: upper, labels: [...labels, ...labels] });
  const size = labels.length;
  // A derivative at the upper layer is along its own basis; it must not act on the function of the lower one.
  const upperBasis = structure.basis.filter((place) => place < size);
  if (upperBasis.join() !== above.basis.join())
    throw new InternalError('the pre-activations of one layer determine those of another in part');
  return { lower, upper, structure, carried };
}

interface Part {
  readonly atom: FunctionCouplingAtom;
  readonly source: FunctionSource;
}

/** < g d..d f > without the vanishing degrees. */
function correlations(parts: readonly Part[], pair: LayerPair, context: LayerAverages): number[] {
  const { lower, upper, structure } = pair;
  const { labels, factor, averages } = context;
  const place = (label: SampleLabel): number => labels.indexOf(label);
  const both = averages(
    parts.map(({ atom, source }) => ({
      factors: [
        ...atom.locals.map((local) => factor(local, upper)),
        ...source.locals.map((local) => {
          const below = factor(local, lower);
          return { ...below, sample: below.sample + labels.length };
        }),
      ],
      derivatives: atom.derivatives.map(place),
    })),
    structure,
  );
  const means = (layer: number, locals: readonly LocalFunction[]) => meansAlong(layer, locals, context);
  return parts.map(({ atom, source }, k) => {
    const above = means(upper, atom.locals);
    const below = means(lower, source.locals);
    const fixed = atom.derivatives.map(place);
    const paired = vanishingDegrees(replacedLegs(atom.family)).map((degree) =>
      pairedPart(
        degree,
        pair,
        context,
        (legs) => below(legs),
        (legs) => above([...fixed, ...legs]),
      ),
    );
    return paired.reduce((sum, part) => sum - part, (both[k] as AverageValue).value);
  });
}

/** The mean of a product of local functions of one layer, differentiated along samples of its basis; 0 where none of it depends on one. */
function meansAlong(
  layer: number,
  locals: readonly LocalFunction[],
  { averages, factor, structureAt }: LayerAverages,
): (derivatives: readonly number[]) => number {
  const factors = locals.map((local) => factor(local, layer));
  const structure = structureAt(layer);
  const known = new Map<string, number>();
  return (derivatives) => {
    const key = [...derivatives].sort((p, q) => p - q).join();
    const found =
      known.get(key) ?? (averages([{ factors, derivatives }], structure)[0] as AverageValue).value;
    known.set(key, found);
    return found;
  };
}

/** Degree m of the Hermite expansion of a correlation: sum <d..d g> C..C <d..d f> / m!, m from 0 to 2. */
function pairedPart(
  degree: number,
  { lower, upper, carried }: LayerPair,
  { structureAt }: LayerAverages,
  below: (legs: readonly number[]) => number,
  above: (legs: readonly number[]) => number,
): number {
  const { kernel, basis: from } = structureAt(lower);
  const { basis: to } = structureAt(upper);
  const covariance = (p: number, q: number): number =>
    carried * ((kernel[p] as readonly number[])[q] as number);
  const sum = (legs: readonly number[], ends: readonly number[]): number => {
    if (legs.length === degree) return below(legs) * above(ends);
    return from.reduce(
      (total, p) =>
        total + to.reduce((part, q) => part + covariance(p, q) * sum([...legs, p], [...ends, q]), 0),
      0,
    );
  };
  return sum([], []) / (degree === 2 ? 2 : 1);
}
