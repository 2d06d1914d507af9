import { describe, expect, it } from 'vitest';
import { NAMED_ACTIVATIONS } from '../../theory/activations.ts';
import { closedAverage } from '../../theory/criticality/closedAverages.ts';
import { evaluateClosed, numeratorOf } from '../../theory/criticality/closedForm.ts';
import {
  isZeroQuadratic,
  multiplyQuadratic,
  polynomialAt,
  powerOfQuadratic,
  quadraticRoots,
} from '../../theory/criticality/quadraticNumber.ts';
import { derivatives } from '../../theory/differentiate.ts';
import { evaluate } from '../../theory/evaluate.ts';
import { symbol, type Expr } from '../../theory/expression.ts';
import { formatRational, rational } from '../../theory/rational.ts';
import { searchWith } from './studies.ts';

const Z = symbol('z');
const named = (name: string): Expr => NAMED_ACTIVATIONS.get(name)!(Z);

/** The trapezoidal rule, which converges exponentially for functions like these. */
function quadrature(factors: readonly Expr[], kernel: number): number {
  const size = Math.sqrt(kernel);
  let sum = 0;
  for (let x = -12; x <= 12; x += 1 / 64)
    sum +=
      Math.exp((-x * x) / 2) * factors.reduce((all, f) => all * evaluate(f, new Map([['z', size * x]])), 1);
  return sum / 64 / Math.sqrt(2 * Math.PI);
}

describe('averages in closed form', () => {
  const [gelu, gelu1, gelu2, gelu3] = derivatives(named('gelu'), 'z', 3) as [Expr, Expr, Expr, Expr];
  const [erf, erf1] = derivatives(named('erf'), 'z', 1) as [Expr, Expr];
  const bump = named('gaussian');
  it.each<[string, readonly Expr[]]>([
    ['gelu^2', [gelu, gelu]],
    ["gelu'^2", [gelu1, gelu1]],
    ["gelu gelu''", [gelu, gelu2]],
    ["gelu' gelu'''", [gelu1, gelu3]],
    ['gelu', [gelu]],
    ['z gelu', [Z, gelu]],
    ['erf^2', [erf, erf]],
    ["erf'^2 z^2", [erf1, erf1, Z, Z]],
    ['gaussian gelu z', [bump, gelu, Z]],
    ['z^6', [Z, Z, Z, Z, Z, Z]],
  ])('of %s are those of quadrature', (_, factors) => {
    for (const kernel of [0.2, 1, 7.5]) {
      const exact = evaluateClosed(closedAverage(factors)!, kernel);
      expect(Math.abs(exact - quadrature(factors, kernel))).toBeLessThan(
        1e-12 * Math.max(1, Math.abs(exact)),
      );
    }
  });

  it('do not exist for other functions', () => {
    for (const name of ['tanh', 'swish', 'relu', 'sin'])
      expect(closedAverage([named(name), named(name)])).toBeUndefined();
    expect(closedAverage([erf, erf, erf, erf])).toBeUndefined();
  });

  it("<gelu gelu''> vanishes exactly where K^2 = 3 K + 2", () => {
    const numerator = numeratorOf(closedAverage([gelu, gelu2])!)!;
    const last = numerator.at(-1)!;
    const monic = numerator.map((c) =>
      formatRational(rational(c.numerator * last.denominator, c.denominator * last.numerator)),
    );
    expect(monic).toEqual(['-2', '-3', '1']);
  });
});

describe('numbers of a quadratic field', () => {
  it('satisfy their equation exactly, and so do their inverses', () => {
    const equation = [-2, -3, 1].map((c) => rational(c));
    const [root] = quadraticRoots(equation);
    expect(isZeroQuadratic(polynomialAt(equation, root!))).toBe(true);
    expect(
      isZeroQuadratic(
        polynomialAt(
          [-2, -3, 2].map((c) => rational(c)),
          root!,
        ),
      ),
    ).toBe(false);
    const one = multiplyQuadratic(root!, powerOfQuadratic(root!, -1));
    expect([one.p, one.q].map(formatRational)).toEqual(['1', '0']);
  });
});

describe('the critical point of gelu', () => {
  it('is proved: K*, C_b and C_W in closed form', async () => {
    const { points } = await searchWith('gelu');
    const { kernel, parameters } = points[0]!;
    expect(kernel).toMatchObject({ kind: 'number', exact: { text: '3/2 + sqrt(17)/2' } });
    expect(parameters.C_W!.exact!.text).toBe('4*pi/(pi + 2*arcsin(sqrt(17)/4 - 1/4) + 4/sqrt(4 + sqrt(17)))');
    const root = Math.sqrt(17);
    const below = Math.PI + 2 * Math.asin((root - 1) / 4) + 4 * Math.sqrt(root - 4);
    expect(parameters.C_W!.value).toBeCloseTo((4 * Math.PI) / below, 12);
    expect(parameters.C_b!.exact).toBeDefined();
    expect(parameters.C_b!.value).toBeCloseTo(((root - 1) * Math.sqrt(root - 4)) / below, 12);
  });

  it('is exact for a rescaled argument too, beyond the equations that are tried', async () => {
    const { points } = await searchWith('wide', 'activation wide(z) = z * (1 + erf(5 * z / sqrt(2)))');
    expect(points[0]!.kernel).toMatchObject({ exact: { text: '3/50 + sqrt(17)/50' } });
  });

  it('of swish stays a number: its averages have no closed form', async () => {
    const { points } = await searchWith('swish');
    expect(points[0]!.kernel).not.toHaveProperty('exact');
  });
});
