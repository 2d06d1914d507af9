/**
 * An expression without case distinctions as a straight-line program on Taylor rows: one slot for every distinct
 * subexpression, evaluated for many points at once.
 */
import { evaluate } from '../../theory/evaluate.ts';
import { symbolsOf } from '../../theory/foldExpression.ts';
import { isIntegerRational, rationalToNumber } from '../../theory/rational.ts';
import { erf, sigmoid, softplus } from '../../theory/specialFunctions.ts';
import { InternalError } from '../../diagnostics/diagnostic.ts';
import type { Expr, FunctionName } from '../../theory/expression.ts';
import { chainRow, linearRows, logRows, multiplyRows, powerRows, productRow, type Rows } from './taylor.ts';

/** Taylor rows of a function at `count` points: `out[k * count + p]` = f^(k)(points[p]) / k!, k = 0..order. */
export type TaylorRows = (points: Float64Array, count: number, order: number, out: Float64Array) => void;

/** Writes the rows of one slot from the rows of earlier slots; `at(slot)` is where a slot's rows begin. */
type Operation = (rows: Rows, at: (slot: number) => number, points: Float64Array) => void;

/** `degree` bounds the rows that are not zero: 0 for constants, 1 for linear functions, Infinity in general. */
interface Slot {
  readonly index: number;
  readonly degree: number;
}

interface Builder {
  readonly operations: Operation[];
  readonly known: Map<string, Slot>;
  readonly variable: string;
  readonly bindings: ReadonlyMap<string, number>;
}

/** Compiles an expression without `piecewise`; throws RangeError for a symbol without a value. */
export function compileProgram(
  expr: Expr,
  variable: string,
  bindings: ReadonlyMap<string, number> = new Map(),
): TaylorRows {
  const builder: Builder = { operations: [], known: new Map(), variable, bindings };
  const result = slotOf(builder, expr).index;
  return runProgram(builder.operations, result);
}

function runProgram(operations: readonly Operation[], result: number): TaylorRows {
  let data = new Float64Array(0);
  return (points, count, order, out) => {
    const size = (order + 1) * count;
    if (data.length < operations.length * size) data = new Float64Array(operations.length * size);
    const rows = { data, count, order };
    const at = (slot: number): number => slot * size;
    for (const operation of operations) operation(rows, at, points);
    out.set(data.subarray(result * size, (result + 1) * size));
  };
}

function slotOf(builder: Builder, expr: Expr): Slot {
  const known = builder.known.get(expr.key);
  if (known) return known;
  const slot = build(builder, expr);
  builder.known.set(expr.key, slot);
  return slot;
}

function build(builder: Builder, expr: Expr): Slot {
  if (!symbolsOf(expr).includes(builder.variable))
    return constantSlot(builder, evaluate(expr, builder.bindings));
  switch (expr.kind) {
    case 'symbol':
      return variableSlot(builder);
    case 'sum':
      return linearSlot(
        builder,
        expr.terms.map((term) => slotOf(builder, term)),
      );
    case 'product':
      return productSlot(builder, expr.factors);
    case 'power':
      return powerSlot(
        builder,
        slotOf(builder, expr.base),
        rationalToNumber(expr.exponent),
        isIntegerRational(expr.exponent),
      );
    case 'call':
      return CALLS[expr.fn](builder, slotOf(builder, expr.argument));
    case 'number':
    case 'piecewise':
      throw new InternalError(`no Taylor program for ${expr.kind}`);
  }
}

function push(builder: Builder, degree: number, operation: (index: number) => Operation): Slot {
  const index = builder.operations.length;
  builder.operations.push(operation(index));
  return { index, degree };
}

function constantSlot(builder: Builder, value: number): Slot {
  return push(builder, 0, (out) => (rows, at) => linearRows(rows, at(out), value, [], []));
}

function variableSlot(builder: Builder): Slot {
  return push(builder, 1, (out) => (rows, at, points) => {
    const { data, count, order } = rows;
    linearRows(rows, at(out), 0, [], []);
    data.set(points.subarray(0, count), at(out));
    if (order > 0) data.fill(1, at(out) + count, at(out) + 2 * count);
  });
}

function linearSlot(
  builder: Builder,
  terms: readonly Slot[],
  coefficients: readonly number[] = terms.map(() => 1),
): Slot {
  const degree = Math.max(...terms.map((term) => term.degree));
  return push(
    builder,
    degree,
    (out) => (rows, at) =>
      linearRows(
        rows,
        at(out),
        0,
        terms.map((term) => at(term.index)),
        coefficients,
      ),
  );
}

function productSlot(builder: Builder, factors: readonly Expr[]): Slot {
  const constant = factors.filter((factor) => !symbolsOf(factor).includes(builder.variable));
  const coefficient = constant.reduce((product, factor) => product * evaluate(factor, builder.bindings), 1);
  const slots = factors
    .filter((factor) => !constant.includes(factor))
    .map((factor) => slotOf(builder, factor));
  const product = slots.reduce((a, b) => multiplySlots(builder, a, b));
  return coefficient === 1 ? product : linearSlot(builder, [product], [coefficient]);
}

function multiplySlots(builder: Builder, a: Slot, b: Slot): Slot {
  const [low, high] = a.degree <= b.degree ? [a, b] : [b, a];
  return push(
    builder,
    a.degree + b.degree,
    (out) => (rows, at) => multiplyRows(rows, at(out), at(low.index), at(high.index), low.degree),
  );
}

function powerSlot(builder: Builder, base: Slot, exponent: number, isInteger: boolean): Slot {
  if (isInteger && exponent > 1 && exponent <= 64) return integerPowerSlot(builder, base, exponent);
  return push(
    builder,
    Infinity,
    (out) => (rows, at) => powerRows(rows, at(out), at(base.index), exponent, base.degree),
  );
}

/** Repeated squaring: also right where the base vanishes. */
function integerPowerSlot(builder: Builder, base: Slot, exponent: number): Slot {
  if (exponent === 1) return base;
  const half = integerPowerSlot(builder, base, exponent >> 1);
  const square = multiplySlots(builder, half, half);
  return exponent % 2 === 0 ? square : multiplySlots(builder, square, base);
}

/** y with y' = factor * rate * u' and y(u_0) from `value`. */
function integralSlot(builder: Builder, u: Slot, rate: Slot, value: (u: number) => number, factor = 1): Slot {
  return push(builder, Infinity, (out) => (rows, at) => {
    fillValues(rows, at(out), at(u.index), value);
    for (let k = 1; k <= rows.order; k++) {
      chainRow(rows, k, at(out), at(rate.index), at(u.index), u.degree, factor);
    }
  });
}

function fillValues({ data, count }: Rows, out: number, u: number, value: (u: number) => number): void {
  for (let p = 0; p < count; p++) data[out + p] = value(data[u + p]!);
}

/** exp: y' = y u'. */
function expSlot(builder: Builder, u: Slot): Slot {
  return push(builder, Infinity, (out) => (rows, at) => {
    fillValues(rows, at(out), at(u.index), Math.exp);
    for (let k = 1; k <= rows.order; k++) chainRow(rows, k, at(out), at(out), at(u.index), u.degree, 1);
  });
}

/** Two functions defined by each other: sin and cos. */
function sineSlots(builder: Builder, u: Slot): readonly [sine: Slot, cosine: Slot] {
  const sine = push(builder, Infinity, (out) => (rows, at) => {
    fillValues(rows, at(out), at(u.index), Math.sin);
    fillValues(rows, at(out + 1), at(u.index), Math.cos);
    for (let k = 1; k <= rows.order; k++) {
      chainRow(rows, k, at(out), at(out + 1), at(u.index), u.degree, 1);
      chainRow(rows, k, at(out + 1), at(out), at(u.index), u.degree, -1);
    }
  });
  return [sine, reserveSlot(builder)];
}

/** The slot after one that fills two. */
function reserveSlot(builder: Builder): Slot {
  return push(builder, Infinity, () => () => {});
}

/**
 * y and its slope s = dy/du together, for y' = s u' and s' = factor * s * w u' with w = y (plus `shift`): tanh
 * (factor -2) and sigmoid (factor -2, shift -1/2). Carrying the slope keeps the digits of all derivatives in the
 * tails, where 1 - tanh^2 would lose them.
 */
function sigmoidalSlots(
  builder: Builder,
  u: Slot,
  value: (u: number) => number,
  slope: (u: number) => number,
  shift: number,
): Slot {
  const y = push(builder, Infinity, (out) => (rows, at) => {
    const [py, ps, pw] = [at(out), at(out + 1), at(out + 2)];
    fillValues(rows, py, at(u.index), value);
    fillValues(rows, ps, at(u.index), slope);
    for (let k = 0; k <= rows.order; k++) {
      if (k > 0) {
        chainRow(rows, k, py, ps, at(u.index), u.degree, 1);
        chainRow(rows, k, ps, pw, at(u.index), u.degree, -2);
      }
      productRow(rows, k, pw, ps, py, 1);
      addScaledRow(rows, k, pw, ps, shift);
    }
  });
  reserveSlot(builder);
  reserveSlot(builder);
  return y;
}

function addScaledRow({ data, count }: Rows, k: number, out: number, a: number, factor: number): void {
  if (factor === 0) return;
  for (let p = k * count; p < (k + 1) * count; p++) data[out + p]! += factor * data[a + p]!;
}

function squaredSech(u: number): number {
  const e = Math.exp(-2 * Math.abs(u));
  return (4 * e) / ((1 + e) * (1 + e));
}

function sigmoidSlope(u: number): number {
  const e = Math.exp(-Math.abs(u));
  return e / ((1 + e) * (1 + e));
}

const TWO_OVER_SQRT_PI = 2 / Math.sqrt(Math.PI);

const CALLS: { readonly [Fn in FunctionName]: (builder: Builder, u: Slot) => Slot } = {
  exp: expSlot,
  log: (builder, u) => push(builder, Infinity, (out) => (rows, at) => logRows(rows, at(out), at(u.index))),
  sin: (builder, u) => sineSlots(builder, u)[0],
  cos: (builder, u) => sineSlots(builder, u)[1],
  tanh: (builder, u) => sigmoidalSlots(builder, u, Math.tanh, squaredSech, 0),
  sigmoid: (builder, u) => sigmoidalSlots(builder, u, sigmoid, sigmoidSlope, -0.5),
  softplus: (builder, u) => integralSlot(builder, u, CALLS.sigmoid(builder, u), softplus),
  erf: (builder, u) => {
    const bell = expSlot(builder, linearSlot(builder, [multiplySlots(builder, u, u)], [-1]));
    return integralSlot(builder, u, bell, erf, TWO_OVER_SQRT_PI);
  },
};
