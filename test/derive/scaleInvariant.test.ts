import { describe, expect, it } from 'vitest';
import type { Atom } from '../../theory/atom.ts';
import { specialiseToOneSample } from '../../theory/expandSamples.ts';
import {
  addRationals,
  divideRationals,
  formatRational,
  multiplyRationals,
  ONE,
  powerOfRational,
  rational,
  ZERO,
  type Rational,
} from '../../theory/rational.ts';
import {
  addNumbers,
  binomial,
  constantNumbers,
  doubleFactorial,
  evaluateExactly,
  inverseWidthPower,
  momentsOf,
  multiplyNumbers,
  scaleNumbers,
  type NumberSeries,
} from './evaluateExactly.ts';
import { atomRing, mlpRecursions } from './mlp.ts';

/**
 * Scale-invariant activations, a+ z for positive and a- z for negative z, are solvable at any width with C_b = 0 and
 * C_W = 1/A2 (theory.md section 5; A_p = (a+^p + a-^p)/2): given g the next g is g times the mean of n i.i.d. variables
 * y = s(z)^2 / (A2 g) whose law does not depend on g, so E[g^m] of a layer is that of the layer below times E[mean^m].
 * The general recursions, with the averages of s put in, must reproduce every power of 1/n through the fourth.
 */
const ORDER = 4;
const DEPTH = 5;
/** n / n_l of the layers summed over. */
const RATIOS = [ONE, rational(1, 2), rational(3), ONE];

interface Slopes {
  readonly positive: Rational;
  readonly negative: Rational;
}

/** A_p for even p. */
function meanPower({ positive, negative }: Slopes, p: number): Rational {
  const sum = addRationals(powerOfRational(positive, p), powerOfRational(negative, p));
  return multiplyRationals(sum, rational(1, 2));
}

const ring = atomRing();
const recursions = mlpRecursions(ring, ORDER).map(({ family, order, value }) => ({
  pairs: family.blocks.length,
  order,
  value: specialiseToOneSample(ring, value),
}));

/** Cumulants of g of a layer as series in 1/n; entry m-1 is the m-th. */
type Cumulants = readonly NumberSeries[];

function nextLayer(slopes: Slopes, cumulants: Cumulants, ratio: Rational): Cumulants {
  const kernel = cumulants[0]![0]!;
  const atomValue = (atom: Atom): Rational => {
    switch (atom.kind) {
      case 'parameter':
        return atom.name === 'C_W' ? divideRationals(ONE, meanPower(slopes, 2)) : ZERO;
      case 'width-ratio':
        return ratio;
      case 'coupling':
        return cumulants[atom.family.blocks.length - 1]?.[atom.order] ?? ZERO;
      case 'average':
        return average(slopes, atom.locals[0]!.power, atom.derivatives.length, kernel);
      default:
        throw new Error(`unexpected atom ${atom.kind}`);
    }
  };
  return cumulants.map((series, m) =>
    series.map((_, order) => {
      const recursion = recursions.find((found) => found.pairs === m + 1 && found.order === order);
      return recursion ? evaluateExactly(ring, recursion.value, atomValue) : ZERO;
    }),
  );
}

/** `<d^2k s^2p> = 2^k d^k/dK^k <s^2p>` with `<s^2p> = A_2p (2p-1)!! K^p`. */
function average(slopes: Slopes, power: number, derivatives: number, kernel: Rational): Rational {
  const [p, k] = [power / 2, derivatives / 2];
  if (k > p) return ZERO;
  const falling = Array.from({ length: k }, (_, j) => p - j).reduce((a, b) => a * b, 1);
  const number = rational(2 ** k * falling * doubleFactorial(p));
  return multiplyRationals(
    multiplyRationals(number, meanPower(slopes, power)),
    powerOfRational(kernel, p - k),
  );
}

/** E[(mean of n_l copies of y)^m], from the cumulants of y, the j-th of which the mean divides by n_l^(j-1). */
function momentsOfMean(slopes: Slopes, ratio: Rational, highest: number): NumberSeries[] {
  const moment = (p: number): Rational =>
    divideRationals(
      multiplyRationals(meanPower(slopes, 2 * p), rational(doubleFactorial(p))),
      powerOfRational(meanPower(slopes, 2), p),
    );
  const cumulants: Rational[] = [];
  for (let j = 1; j <= highest; j++) {
    const lower = cumulants.map((c, k) =>
      multiplyRationals(multiplyRationals(c, moment(j - 1 - k)), rational(-binomial(j - 1, k))),
    );
    cumulants.push(lower.reduce(addRationals, moment(j)));
  }
  const ofMean = cumulants.map((c, j) => scaleNumbers(inverseWidthPower(ratio, j, ORDER), c));
  return momentsOf(ofMean, highest);
}

const show = (series: NumberSeries): string[] => series.map(formatRational);

const ACTIVATIONS: readonly (readonly [string, Slopes])[] = [
  ['linear', { positive: ONE, negative: ONE }],
  ['ReLU', { positive: ONE, negative: ZERO }],
  ['leaky ReLU', { positive: ONE, negative: rational(1, 10) }],
  ['a pair of unlike slopes', { positive: rational(-2), negative: rational(3, 2) }],
];

describe.each(ACTIVATIONS)('%s through 1/n^4, unequal widths', (_, slopes) => {
  const first = rational(2, 3);
  const layers: Cumulants[] = [
    Array.from({ length: ORDER + 1 }, (_unused, m) => constantNumbers(m === 0 ? first : ZERO, ORDER)),
  ];
  for (let l = 1; l < DEPTH; l++) layers.push(nextLayer(slopes, layers[l - 1]!, RATIOS[l - 1]!));

  it.each([1, 2, 3, 4, 5])('layer %i: the mean of g is K, and its moments are products', (layer) => {
    const moments = momentsOf(layers[layer - 1]!, ORDER + 1);
    let expected = moments.map((__, m) => constantNumbers(powerOfRational(first, m), ORDER));
    for (const ratio of RATIOS.slice(0, layer - 1)) {
      const factors = momentsOfMean(slopes, ratio, ORDER + 1);
      expected = expected.map((moment, m) => multiplyNumbers(moment, factors[m]!));
    }
    expect(moments.map(show)).toEqual(expected.map(show));
    expect(show(layers[layer - 1]![0]!)).toEqual(show(constantNumbers(first, ORDER)));
  });
});

describe('values of theory.md section 5', () => {
  it('deep linear networks of one width: E[z^4] / 3 K^2 = (1 + 2/n)^(l-1)', () => {
    const slopes = { positive: ONE, negative: ONE };
    let cumulants: Cumulants = Array.from({ length: ORDER + 1 }, (_, m) =>
      constantNumbers(m === 0 ? ONE : ZERO, ORDER),
    );
    let power = constantNumbers(ONE, ORDER);
    const base = addNumbers(constantNumbers(ONE, ORDER), scaleNumbers(inverseWidthPower(ONE, 1, ORDER), rational(2))); // prettier-ignore
    for (let l = 1; l <= 8; l++) {
      expect(show(momentsOf(cumulants, 2)[2]!)).toEqual(show(power));
      cumulants = nextLayer(slopes, cumulants, ONE);
      power = multiplyNumbers(power, base);
    }
  });

  it('ReLU: V = 5 (l-1) K^2 and G1 = 0; leaky ReLU: V = (3 A4/A2^2 - 1)(l-1) K^2', () => {
    for (const [, slopes] of ACTIVATIONS.slice(1)) {
      const kernel = rational(7, 5);
      const ratio = divideRationals(meanPower(slopes, 4), powerOfRational(meanPower(slopes, 2), 2));
      const step = addRationals(multiplyRationals(rational(3), ratio), rational(-1));
      if (formatRational(slopes.negative) === '0') expect(formatRational(step)).toBe('5');
      let cumulants: Cumulants = Array.from({ length: ORDER + 1 }, (_, m) =>
        constantNumbers(m === 0 ? kernel : ZERO, ORDER),
      );
      for (let l = 1; l <= 6; l++) {
        const V = multiplyRationals(multiplyRationals(step, rational(l - 1)), powerOfRational(kernel, 2));
        expect(formatRational(cumulants[1]![1]!)).toBe(formatRational(V));
        expect(formatRational(cumulants[0]![1]!)).toBe('0');
        cumulants = nextLayer(slopes, cumulants, ONE);
      }
    }
  });
});
