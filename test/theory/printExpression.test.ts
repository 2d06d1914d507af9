import fc from 'fast-check';
import katex from 'katex';
import { describe, expect, it } from 'vitest';
import { NAMED_ACTIVATIONS } from '../../theory/activations.ts';
import { differentiate } from '../../theory/differentiate.ts';
import {
  add,
  call,
  divide,
  integer,
  multiply,
  negate,
  numberExpr,
  power,
  squareRoot,
  subtract,
  symbol,
  type Expr,
} from '../../theory/expression.ts';
import { expressionFromJson, expressionToJson, type ExprJson } from '../../theory/expressionJson.ts';
import { printLatexExpression, printTextExpression } from '../../theory/printExpression.ts';
import { createRing } from '../../theory/polynomial.ts';
import {
  latexPolynomialNotation,
  polynomialToJson,
  printPolynomial,
  textPolynomialNotation,
} from '../../theory/printPolynomial.ts';
import { rational } from '../../theory/rational.ts';
import { randomExpression } from './randomExpression.ts';

const [x, z, cw, cb] = ['x', 'z', 'C_W', 'C_b'].map(symbol) as [Expr, Expr, Expr, Expr];
const named = (name: string): Expr => NAMED_ACTIVATIONS.get(name)!(z);

const GOLDEN: readonly (readonly [Expr, string, string])[] = [
  [subtract(cb, cw), 'C_b - C_W', 'C_{b} - C_{W}'],
  [divide(x, multiply(cw, cb)), 'x/(C_W*C_b)', '\\frac{x}{C_{W} C_{b}}'],
  [divide(add(x, cw), cb), '(C_W + x)/C_b', '\\frac{C_{W} + x}{C_{b}}'],
  [power(add(x, cb), rational(3, 2)), '(C_b + x)^(3/2)', '\\left(C_{b} + x\\right)^{3/2}'],
  [power(call('tanh', x), rational(2)), 'tanh(x)^2', '\\tanh\\left(x\\right)^{2}'],
  [power(call('exp', x), rational(2)), 'exp(x)^2', '\\left(e^{x}\\right)^{2}'],
  [power(divide(x, cb), rational(1, 3)), '(x/C_b)^(1/3)', '\\left(\\frac{x}{C_{b}}\\right)^{1/3}'],
  [negate(multiply(add(x, cb), add(x, cw))), '-(C_W + x)*(C_b + x)', '-\\left(C_{W} + x\\right) \\left(C_{b} + x\\right)'],
  [numberExpr(rational(-3, 2)), '-3/2', '-\\frac{3}{2}'],
  [multiply(numberExpr(rational(-2, 3)), power(integer(2), rational(1, 3))), '-2*2^(1/3)/3', '-\\frac{2 \\cdot 2^{1/3}}{3}'],
  [multiply(squareRoot(integer(2)), squareRoot(integer(3))), 'sqrt(6)', '\\sqrt{6}'],
  [named('gelu'), 'z*(1 + erf(sqrt(2)*z/2))/2', '\\frac{z \\left(1 + \\operatorname{erf}\\left(\\frac{\\sqrt{2} z}{2}\\right)\\right)}{2}'],
  [differentiate(named('erf'), 'z'), '2*exp(-z^2)/sqrt(pi)', '\\frac{2 e^{-z^{2}}}{\\sqrt{\\pi}}'],
  [named('elu'), 'piecewise(z < 0: exp(z) - 1, otherwise: z)', '\\begin{cases} e^{z} - 1 & z < 0 \\\\ z & \\text{otherwise} \\end{cases}'],
  [add(power(z, rational(3)), z, power(z, rational(2)), integer(-1)), 'z - 1 + z^2 + z^3', 'z - 1 + z^{2} + z^{3}'],
]; // prettier-ignore

describe('expressions as text and LaTeX', () => {
  it.each(GOLDEN)('%#', (expr, text, latex) => {
    expect(printTextExpression(expr)).toBe(text);
    expect(printLatexExpression(expr)).toBe(latex);
  });

  it('LaTeX of random expressions is accepted by KaTeX', () => {
    fc.assert(
      fc.property(randomExpression, ({ expr }) => {
        expect(katex.renderToString(printLatexExpression(expr), { throwOnError: true })).toContain('katex');
      }),
      { numRuns: 100, seed: 21 },
    );
  });

  it('different expressions never look the same', () => {
    const seen = new Map<string, string>();
    fc.assert(
      fc.property(randomExpression, ({ expr }) => {
        for (const text of [printTextExpression(expr), printLatexExpression(expr)]) {
          expect(seen.get(text) ?? expr.key).toBe(expr.key);
          seen.set(text, expr.key);
        }
      }),
      { numRuns: 2000, seed: 22 },
    );
  });
});

describe('expressions as JSON', () => {
  it('come back the same', () => {
    fc.assert(
      fc.property(randomExpression, ({ expr }) => {
        const json = JSON.parse(JSON.stringify(expressionToJson(expr))) as ExprJson;
        expect(expressionFromJson(json)).toEqual(expr);
      }),
      { numRuns: 300, seed: 23 },
    );
  });

  it('name what they cannot read', () => {
    const json = { call: 'constructor', argument: { symbol: 'x' } } as unknown as ExprJson;
    expect(() => expressionFromJson(json)).toThrow('no function constructor');
    expect(() => expressionFromJson({ number: '1/0' })).toThrow(RangeError);
  });
});

describe('polynomials', () => {
  const ring = createRing<string>({ key: (name) => name });
  const [k, v] = [ring.atom('K'), ring.atom('V')];
  const p = ring.sum([
    ring.scale(ring.power(v, 2), rational(-1, 3)),
    ring.scale(ring.multiply(k, v), rational(2)),
    ring.constant(rational(1, 2)),
    ring.negate(k),
  ]);

  it('print by degree with atoms through the callback', () => {
    const text = textPolynomialNotation<string>((name) => `${name}[1]`);
    expect(printPolynomial(ring, p, text)).toBe('(1/2) - K[1] + 2*K[1]*V[1] - (1/3)*V[1]^2');
    const latex = latexPolynomialNotation<string>((name) => `${name}_{ab}`);
    expect(printPolynomial(ring, p, latex)).toBe(
      '\\frac{1}{2} - K_{ab} + 2 K_{ab} V_{ab} - \\frac{1}{3} {V_{ab}}^{2}',
    );
    expect(printPolynomial(ring, ring.zero, text)).toBe('0');
    expect(printPolynomial(ring, ring.negate(k), text)).toBe('-K[1]');
  });

  it('are exact in JSON', () => {
    const json = polynomialToJson(ring, p, (name) => name);
    expect(json[3]).toEqual({ coefficient: '-1/3', factors: [{ atom: 'V', exponent: 2 }] });
    const read = json.map(({ coefficient, factors }) => {
      const [numerator, denominator = '1'] = coefficient.split('/');
      return { coefficient: rational(BigInt(numerator!), BigInt(denominator)), factors };
    });
    expect(ring.equal(ring.fromTerms(read), p)).toBe(true);
  });
});
