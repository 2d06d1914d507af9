import fc from 'fast-check';
import {
  add,
  call,
  integer,
  multiply,
  numberExpr,
  piecewise,
  power,
  symbol,
  type Expr,
} from '../../theory/expression.ts';
import { rational } from '../../theory/rational.ts';

/** Where random expressions are compared with the plain formula they were drawn as. */
export const BINDINGS: ReadonlyMap<string, number> = new Map([
  ['x', 0.83],
  ['y', -1.37],
  ['z', 2.19],
]);

/** An expression and its value computed alongside in plain arithmetic, without any rewriting. */
export interface Drawn {
  readonly expr: Expr;
  readonly value: number;
}

const leaf: fc.Arbitrary<Drawn> = fc.oneof(
  fc.constantFrom('x', 'y', 'z').map((name) => ({ expr: symbol(name), value: BINDINGS.get(name)! })),
  fc
    .tuple(fc.integer({ min: -6, max: 6 }), fc.integer({ min: 1, max: 4 }))
    .map(([p, q]) => ({ expr: numberExpr(rational(p, q)), value: p / q })),
);

const EXPONENTS = [[2, 1], [3, 1], [-1, 1], [-2, 1], [1, 2], [-1, 2], [3, 2], [1, 3]] as const; // prettier-ignore

const FUNCTIONS = [
  ['exp', Math.exp],
  ['sin', Math.sin],
  ['cos', Math.cos],
  ['tanh', Math.tanh],
  ['sigmoid', (v: number) => 1 / (1 + Math.exp(-v))],
] as const;

const tree = fc.letrec<{ node: Drawn }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    leaf,
    fc.array(tie('node'), { minLength: 2, maxLength: 3 }).map((parts) => ({
      expr: add(...parts.map(({ expr }) => expr)),
      value: parts.reduce((sum, { value }) => sum + value, 0),
    })),
    fc.array(tie('node'), { minLength: 2, maxLength: 3 }).map((parts) => ({
      expr: multiply(...parts.map(({ expr }) => expr)),
      value: parts.reduce((product, { value }) => product * value, 1),
    })),
    fc.tuple(tie('node'), fc.constantFrom(...EXPONENTS)).map(([base, [p, q]]) => raise(base, p, q)),
    fc.tuple(tie('node'), fc.constantFrom(...FUNCTIONS)).map(([argument, [fn, f]]) => ({
      expr: call(fn, argument.expr),
      value: f(argument.value),
    })),
    fc.tuple(tie('node'), tie('node'), tie('node'), fc.boolean()).map(([left, value, other, strict]) => ({
      expr: piecewise([{ left: left.expr, right: integer(0), strict, value: value.expr }], other.expr),
      // A condition that is not real decides nothing: NaN marks the draw as one without a value.
      value: Number.isNaN(left.value)
        ? NaN
        : (strict ? left.value < 0 : left.value <= 0)
          ? value.value
          : other.value,
    })),
  ),
}));

/** Zero to a negative power is refused by the constructor: such draws take the base instead. */
function raise(base: Drawn, p: number, q: number): Drawn {
  if (p < 0 && base.expr.kind === 'number' && base.expr.value.numerator === 0n) return base;
  return { expr: power(base.expr, rational(p, q)), value: base.value ** (p / q) };
}

export const randomExpression: fc.Arbitrary<Drawn> = tree.node;
