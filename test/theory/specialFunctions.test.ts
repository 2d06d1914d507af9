import { describe, expect, it } from 'vitest';
import { NAMED_ACTIVATIONS } from '../../theory/activations.ts';
import { evaluate } from '../../theory/evaluate.ts';
import { symbol } from '../../theory/expression.ts';
import { erf, erfc, sigmoid, softplus } from '../../theory/specialFunctions.ts';

/** x, erf(x), erfc(x): mpmath with 40 digits, `erf(mpf(x))`, `erfc(mpf(x))`, rounded to double. */
const ERF: readonly (readonly [number, number, number])[] = [
  [1e-300, 1.1283791670955126e-300, 1.0],
  [1e-8, 1.1283791670955126e-8, 0.9999999887162083],
  [0.1, 0.1124629160182849, 0.887537083981715],
  [0.5, 0.5204998778130465, 0.4795001221869535],
  [0.99, 0.8385080695553698, 0.1614919304446302],
  [1, 0.8427007929497149, 0.15729920705028513],
  [1.0000001, 0.8427008344604605, 0.15729916553953951],
  [1.5, 0.9661051464753108, 0.033894853524689274],
  [2, 0.9953222650189527, 0.004677734981047266],
  [2.7, 0.9998656672600594, 0.0001343327399405242],
  [3.5, 0.9999992569016276, 7.430983723414128e-7],
  [5, 0.9999999999984626, 1.537459794428035e-12],
  [6, 1.0, 2.1519736712498913e-17],
  [10, 1.0, 2.088487583762545e-45],
  [20, 1.0, 5.395865611607901e-176],
  [26.5, 1.0, 2.2109076642637343e-307],
];

/** x, gelu(x): `x * erfc(-x/sqrt(2)) / 2` in mpmath with 40 digits. */
const GELU: readonly (readonly [number, number])[] = [
  [-30, -1.472014178144456e-196],
  [-12, -2.1317785344932147e-32],
  [-5, -1.4332578593959695e-6],
  [-1, -0.15865525393145705],
  [-0.125, -0.056282721896235885],
  [0.25, 0.14967658142073093],
  [3, 2.99595030590511],
  [12, 12.0],
];

function relativeError(value: number, exact: number): number {
  return Math.abs(value / exact - 1);
}

describe('special functions in double precision', () => {
  it.each(ERF)('erf and erfc at %f', (x, exact, complement) => {
    expect(relativeError(erf(x), exact)).toBeLessThan(5e-16);
    expect(relativeError(-erf(-x), exact)).toBeLessThan(5e-16);
    expect(relativeError(erfc(x), complement)).toBeLessThan(2e-15);
    expect(relativeError(erfc(-x), 1 + exact)).toBeLessThan(5e-16);
  });

  it('erf at the ends of the line', () => {
    expect([erf(0), erf(Infinity), erf(-Infinity), erfc(40), erf(NaN)]).toEqual([0, 1, -1, 0, NaN]);
  });

  it.each(GELU)('gelu keeps its digits in the tail: %f', (x, exact) => {
    const gelu = NAMED_ACTIVATIONS.get('gelu')!(symbol('z'));
    // The argument z / sqrt(2) is rounded before it is squared in the exponent: x^2 / 2 times 1e-16.
    expect(relativeError(evaluate(gelu, new Map([['z', x]])), exact)).toBeLessThan(1e-15 * (1 + x * x));
  });

  it('sigmoid and softplus neither overflow nor lose their tails', () => {
    expect(sigmoid(-800)).toBe(0);
    expect(relativeError(sigmoid(-700), Math.exp(-700))).toBeLessThan(1e-15);
    expect(sigmoid(800)).toBe(1);
    expect(softplus(1000)).toBe(1000);
    expect(relativeError(softplus(-700), Math.exp(-700))).toBeLessThan(1e-15);
    // log 2
    expect(softplus(0)).toBe(0.6931471805599453);
  });
});
