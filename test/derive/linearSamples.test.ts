import { describe, expect, it } from 'vitest';
import { readCorrelator } from '../../compiler/derive/readCorrelator.ts';
import { atomKey, couplingAtom, type Atom, type LocalFunction } from '../../theory/atom.ts';
import { expandSamples } from '../../theory/expandSamples.ts';
import {
  addRationals,
  formatRational,
  multiplyRationals,
  ONE,
  rational,
  ZERO,
  type Rational,
} from '../../theory/rational.ts';
import {
  addNumbers,
  constantNumbers,
  evaluateExactly,
  inverseWidthPower,
  matchings,
  multiplyNumbers,
  scaleNumbers,
  type NumberSeries,
} from './evaluateExactly.ts';
import { atomRing, mlpRecursions, z } from './mlp.ts';

/**
 * Deep linear networks of several inputs, exact in n by Wick's theorem alone: with C_b = 0 the next covariance is
 * (C_W/n) sum_j z_j(a) z_j(b), so
 *
 *     E[prod over pairs of g'] = C_W^m sum over matchings s of the 2m legs of n^(loops - m) E[prod over s of g],
 *
 * loops counting the cycles of s together with the pairs themselves. The engine, sample indices kept symbolic until
 * the end, must give the same correlators of 2, 4, 6 and 8 points at every assignment of samples.
 */
const ORDER = 3;
const C_W = rational(3, 2);
/** n / n_l of the layers summed over. */
const RATIOS = [rational(1, 2), rational(3), ONE];
const SAMPLES = ['1', '2'];
const FIRST: Readonly<Record<string, Rational>> = {
  '1,1': rational(2),
  '1,2': rational(-1, 3),
  '2,2': rational(5, 4),
};

const kernelOf = (
  kernel: (a: string, b: string) => Rational,
  pairs: readonly (readonly [string, string])[],
) => pairs.map(([a, b]) => kernel(a, b)).reduce(multiplyRationals, ONE);
const first = (a: string, b: string): Rational => FIRST[[a, b].sort().join()]!;

/** Exact: E of the product of g over the pairs of `labels` (0 1)(2 3)..., after the given layers. */
function exactMoment(labels: readonly string[], ratios: readonly Rational[]): NumberSeries {
  const legs = labels.map((_, k) => k);
  const all = matchings(legs);
  const pairs = all.findIndex((matching) => matching.every(([i, j]) => j === i + 1 && i % 2 === 0));
  // Weights of E[prod g over a matching]; the last layer is peeled off first.
  let weights = all.map((_, k) => constantNumbers(k === pairs ? ONE : ZERO, ORDER));
  for (const ratio of [...ratios].reverse()) {
    weights = all.map((to) =>
      all
        .map((from, k) => {
          const lost = from.length - loops(from, to);
          return multiplyNumbers(weights[k]!, inverseWidthPower(ratio, lost, ORDER));
        })
        .reduce(addNumbers),
    );
  }
  const factor = ratios.flatMap(() => all[0]!).reduce((value) => multiplyRationals(value, C_W), ONE);
  return all
    .map((matching, k) => {
      const named = matching.map(([i, j]): [string, string] => [labels[i]!, labels[j]!]);
      return scaleNumbers(weights[k]!, multiplyRationals(factor, kernelOf(first, named)));
    })
    .reduce(addNumbers);
}

/** Cycles of two matchings drawn on one set of legs. */
function loops(a: readonly (readonly [number, number])[], b: readonly (readonly [number, number])[]): number {
  const partners = [a, b].map(
    (matching) => new Map(matching.flatMap(([i, j]): [number, number][] => [[i, j], [j, i]])), // prettier-ignore
  );
  const open = new Set(a.flat());
  let count = 0;
  for (const start of open) {
    count++;
    for (let leg = start, side = 0; open.delete(leg); side = 1 - side) leg = partners[side]!.get(leg)!;
  }
  return count;
}

const ring = atomRing();
const recursions = mlpRecursions(ring, ORDER);

/** The couplings of one layer by atom key. */
type Layer = ReadonlyMap<string, Rational>;

function nextLayer(layer: Layer, ratio: Rational): Layer {
  const kernel = (a: string, b: string): Rational => {
    const family = recursions.find(
      ({ family: { blocks }, order }) => blocks.length === 1 && order === 0,
    )!.family;
    return layer.get(atomKey(couplingAtom(family, 0, [a, b]))) ?? ZERO;
  };
  const atomValue = (atom: Atom): Rational => {
    switch (atom.kind) {
      case 'parameter':
        return atom.name === 'C_W' ? C_W : ZERO;
      case 'width-ratio':
        return ratio;
      case 'coupling':
        return layer.get(atomKey(atom)) ?? ZERO;
      case 'average':
        return linearAverage(atom.locals, atom.derivatives, kernel);
      default:
        throw new Error(`unexpected atom ${atom.kind}`);
    }
  };
  const next = new Map<string, Rational>();
  for (const { family, order, samples, value } of recursions) {
    for (const labels of assignments(samples.length)) {
      const key = atomKey(couplingAtom(family, order, labels));
      if (next.has(key)) continue;
      const assigned = new Map(samples.map((sample, k) => [sample, labels[k]!]));
      const explicit = expandSamples(ring, value, (sample) => assigned.get(sample) ?? sample);
      next.set(key, evaluateExactly(ring, explicit, atomValue));
    }
  }
  return next;
}

function assignments(count: number): string[][] {
  if (count === 0) return [[]];
  return assignments(count - 1).flatMap((labels) => SAMPLES.map((sample) => [...labels, sample]));
}

/** `<d ... d prod z^p>` by Leibniz and Wick. */
function linearAverage(
  locals: readonly LocalFunction[],
  derivatives: readonly string[],
  kernel: (a: string, b: string) => Rational,
): Rational {
  const powers = new Map<string, number>();
  for (const { sample, power } of locals) powers.set(sample, (powers.get(sample) ?? 0) + power);
  let factor = ONE;
  for (const sample of derivatives) {
    const power = powers.get(sample) ?? 0;
    if (power === 0) return ZERO;
    factor = multiplyRationals(factor, rational(power));
    powers.set(sample, power - 1);
  }
  const legs = [...powers].flatMap(([sample, power]) => Array.from({ length: power }, () => sample));
  if (legs.length % 2 === 1) return ZERO;
  const moment = matchings(legs)
    .map((pairs) => kernelOf(kernel, pairs))
    .reduce(addRationals, ZERO);
  return multiplyRationals(factor, moment);
}

function firstLayer(): Layer {
  const { family } = recursions.find(({ family: { blocks }, order }) => blocks.length === 1 && order === 0)!;
  return new Map(
    assignments(2).map(([a = '', b = '']) => [atomKey(couplingAtom(family, 0, [a, b])), first(a, b)]),
  );
}

describe('deep linear network of two inputs, unequal widths, through 1/n^3', () => {
  const layers = [firstLayer()];
  for (const ratio of RATIOS) layers.push(nextLayer(layers.at(-1)!, ratio));

  // prettier-ignore
  it.each([
    '11', '12', '1111', '1112', '1122', '1212', '111111', '121212', '112212', '112222', '11111111', '12121212',
    '11221222', '11112222',
  ])('samples %s', (text) => {
    const labels = Array.from(text);
    const indices = labels.map((_, k) => `s${k}`);
    // Every pair on a neuron of its own: E[z_i z_i z_j z_j ...] = E[g g ...].
    const fields = indices.map((index, k) => z(k >> 1, index));
    const { orders } = readCorrelator(ring, false, fields, ORDER);
    const assigned = new Map(indices.map((index, k) => [index, labels[k]!]));
    layers.forEach((layer, depth) => {
      const values = orders.map((value) =>
        evaluateExactly(
          ring,
          expandSamples(ring, value, (sample) => assigned.get(sample) ?? sample),
          (atom) => layer.get(atomKey(atom)) ?? ZERO,
        ),
      );
      const exact = exactMoment(labels, RATIOS.slice(0, depth));
      expect(values.map(formatRational)).toEqual(exact.map(formatRational));
    });
  });
});
