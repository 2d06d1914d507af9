import { describe, expect, it } from 'vitest';
import { analyseKernel } from '../../runtime/averages/kernelStructure.ts';
import { gaussianAverages } from '../../runtime/averages/gaussianAverages.ts';
import { pointwiseDerivative } from '../../runtime/averages/pieces.ts';
import { compileFunction, derivativesAt } from '../../runtime/averages/univariate.ts';
import { NAMED_ACTIVATIONS } from '../../theory/activations.ts';
import { averageAtom } from '../../theory/atom.ts';
import { averageSeries } from '../../theory/criticality/averageSeries.ts';
import { twoSidedSeries } from '../../theory/criticality/oneSidedSeries.ts';
import { evaluate } from '../../theory/evaluate.ts';
import { call, divide, integer, power, squareRoot, symbol } from '../../theory/expression.ts';
import { printTextExpression } from '../../theory/printExpression.ts';
import { rational } from '../../theory/rational.ts';

const z = symbol('z');
const LENGTH = 10;

describe('power series at zero', () => {
  it.each([...NAMED_ACTIVATIONS])('of %s are those of Taylor arithmetic on either side', (_, build) => {
    const expr = build(z);
    const { plus, minus } = twoSidedSeries(expr, 'z', LENGTH);
    const fn = compileFunction(expr);
    const mirrored = compileFunction(build(divide(z, integer(-1))));
    for (const [series, side] of [
      [plus, fn],
      [minus, mirrored],
    ] as const) {
      const derivatives = derivativesAt(side, 0, LENGTH - 1);
      let factorial = 1;
      series.forEach((c, k) => {
        if (k > 0) factorial *= k;
        expect(evaluate(c)).toBeCloseTo(derivatives[k]! / factorial, 10);
      });
    }
  });

  it('are exact', () => {
    const text = (expr: ReturnType<typeof symbol>): string[] =>
      twoSidedSeries(expr, 'z', 6).plus.map(printTextExpression);
    expect(text(call('tanh', z))).toEqual(['0', '1', '0', '-1/3', '0', '2/15']);
    expect(text(call('erf', z))).toEqual(['0', '2/sqrt(pi)', '0', '-2/(3*sqrt(pi))', '0', '1/(5*sqrt(pi))']);
    expect(text(squareRoot(power(call('sin', z), rational(2))))).toEqual([
      '0',
      '1',
      '0',
      '-1/6',
      '0',
      '1/120',
    ]);
  });

  it('do not exist for a logarithm or a root at zero', () => {
    expect(() => twoSidedSeries(call('log', z), 'z', 4)).toThrow(RangeError);
    expect(() => twoSidedSeries(squareRoot(z), 'z', 4)).toThrow(RangeError);
  });
});

describe('averages for a small kernel', () => {
  const K = 1e-4;
  const cases = ['tanh', 'elu', 'gelu', 'relu', 'selu'].flatMap((name) =>
    [
      { power: 2, derivative: 0, derivatives: 0 },
      { power: 2, derivative: 0, derivatives: 2 },
      { power: 4, derivative: 0, derivatives: 4 },
      { power: 2, derivative: 1, derivatives: 0 },
      { power: 2, derivative: 1, derivatives: 2 },
    ].map((shape) => ({ name, ...shape })),
  );

  it.each(cases)('<d^$derivatives ($name^($derivative))^$power> is its series', ({ name, ...shape }) => {
    const expr = NAMED_ACTIVATIONS.get(name)!(z);
    const raised = Array.from({ length: shape.derivatives }, () => '1');
    const atom = averageAtom(
      [{ fn: 's', derivative: shape.derivative, sample: '1', power: shape.power }],
      raised,
    );
    const { lowest, terms } = averageSeries(atom, () => twoSidedSeries(expr, 'z', 14));
    const series = terms.reduce((sum, c, k) => sum + evaluate(c) * Math.sqrt(K) ** (lowest + k), 0);
    const fn = pointwiseDerivative(compileFunction(expr), shape.derivative);
    const request = {
      factors: [{ fn, derivative: 0, power: shape.power, sample: 0 }],
      derivatives: raised.map(() => 0),
    };
    const [average] = gaussianAverages([request], analyseKernel([[K]]));
    expect(Math.abs(average!.value - series)).toBeLessThan(1e-9 * (Math.abs(series) + K));
  });
});
