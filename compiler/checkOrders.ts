/**
 * Pass 10: orders in 1/n, checked the way units are. A connected correlator of 2m points begins at 1/n^(m-1), any
 * other where the best of its products of connected ones does; the width carries order -1; products add, quotients
 * subtract, and the operands of a sum agree as soon as an observable is among them.
 */
import { diagnostic } from '../diagnostics/catalogue.ts';
import type { ExpansionDeclaration } from '../grammar/syntax.ts';
import type {
  BinaryExpression,
  CorrelatorExpression,
  Expression,
  IndexedExpression,
} from '../grammar/syntax.ts';
import type { Observable } from '../theory/model.ts';
import type { IndexedObservable } from './checkIndices.ts';
import { leadingOrder } from './correlatorOrder.ts';
import type { DefinedFields } from './defineFields.ts';
import { textOf } from './excerpts.ts';
import type { Report } from './host.ts';
import { lettersOf } from './indexLetters.ts';
import { toExpr } from './scalarExpression.ts';
import { nodesOf } from './walk.ts';

export const MAX_ORDER = 6;

/** What the file expands, and in what. */
export interface Counting {
  readonly width: string;
  readonly order: number;
  /** Whether cumulants close on pairs of nodes (`closesOnPairs`): then only pairs on each neuron do not vanish. */
  readonly inPairs: boolean;
}

/** The power of 1/n an expression begins at; undefined when it has none, after saying why. */
export type OrderOf = (expression: Expression) => number | undefined;

/** Observables with their orders, and a function that gives the order of any expression over them. */
export interface OrderedObservables {
  readonly observables: readonly Observable[];
  readonly orderOf: OrderOf;
}

export function checkOrders(
  indexed: readonly IndexedObservable[],
  fields: DefinedFields,
  { width, order, inPairs }: Counting,
  report: Report,
): OrderedObservables {
  const scope = { width, fields, inPairs, report };
  const known = new Map(indexed.map((observable) => [observable.name, observable]));
  const orders = new Map<string, number | undefined>();
  const orderOfName = (name: string, open: readonly string[]): number | undefined => {
    const observable = known.get(name);
    if (!observable || orders.has(name)) return orders.get(name);
    if (open.includes(name)) {
      const path = [...open.slice(open.indexOf(name)), name].join(' -> ');
      report(diagnostic('EFT208', observable.definition.left.span, { name, path }));
      orders.set(name, undefined);
      return undefined;
    }
    const reference = (other: string) => orderOfName(other, [...open, name]);
    const found = orderOfExpression(observable.definition.right, { ...scope, reference });
    if (!orders.has(name)) orders.set(name, found);
    return orders.get(name);
  };
  const observables = indexed.flatMap(({ definition: _, ...observable }) => {
    const leadingOrder = orderOfName(observable.name, []);
    return leadingOrder === undefined ? [] : [{ ...observable, leadingOrder }];
  });
  observables.forEach((observable) => checkWithin(observable, width, order, known, report));
  const reference = (name: string) => orderOfName(name, []);
  return {
    observables,
    orderOf: (expression) => orderOfExpression(expression, { ...scope, reference }),
  };
}

/** Reports an observable of which the expansion keeps nothing. */
function checkWithin(
  { name, leadingOrder }: Observable,
  width: string,
  order: number,
  known: ReadonlyMap<string, IndexedObservable>,
  report: Report,
): void {
  if (leadingOrder <= order) return;
  const parameters = { name, order: powerOf(leadingOrder, width), limit: `order ${order}` };
  const hint =
    leadingOrder <= MAX_ORDER
      ? `expand in 1/${width} to order ${leadingOrder}`
      : `at most order ${MAX_ORDER} is derived`;
  report(diagnostic('EFT403', known.get(name)!.definition.left.span, parameters, hint));
}

interface Context {
  readonly width: string;
  readonly inPairs: boolean;
  readonly fields: DefinedFields;
  readonly reference: (name: string) => number | undefined;
  readonly report: Report;
}

function orderOfExpression(expression: Expression, context: Context): number | undefined {
  switch (expression.kind) {
    case 'name':
      return expression.name === context.width ? -1 : 0;
    case 'indexed':
      return context.reference(expression.name.name);
    case 'negation':
      return orderOfExpression(expression.operand, context);
    case 'correlator':
      return orderOfCorrelator(expression, context);
    case 'binary':
      return orderOfBinary(expression, context);
    case 'number':
    case 'string':
    case 'call':
    case 'list':
    case 'sum':
    case 'piecewise':
      return 0;
  }
}

function orderOfBinary(expression: BinaryExpression, context: Context): number | undefined {
  const left = orderOfExpression(expression.left, context);
  if (expression.operator === '^')
    return left === undefined ? undefined : left * exponentOf(expression.right);
  const right = orderOfExpression(expression.right, context);
  if (left === undefined || right === undefined) return undefined;
  if (expression.operator === '*') return left + right;
  if (expression.operator === '/') return left - right;
  if (left === right || !(measures(expression.left) || measures(expression.right)))
    return Math.min(left, right);
  const [first, second] = [expression.left, expression.right];
  context.report(
    diagnostic(
      'EFT402',
      expression.span,
      {
        left: textOf(first.span),
        leftOrder: powerOf(left, context.width),
        right: textOf(second.span),
        rightOrder: powerOf(right, context.width),
      },
      `the two are apart by a factor ${powerOf(Math.abs(left - right), context.width)}`,
    ),
  );
  return undefined;
}

/** Whether an observable occurs: without one, `6 / n + 12 / n^2` is a series written out, and what it adds up is meant. */
function measures(expression: Expression): boolean {
  return [...nodesOf(expression)].some(({ kind }) => kind === 'indexed' || kind === 'correlator');
}

/** Exponents were found to be whole numbers when indices were checked. */
function exponentOf(expression: Expression): number {
  const value = toExpr(expression, { name: () => undefined, functions: new Map(), report: () => {} });
  return value?.kind === 'number' ? Number(value.value.numerator) : 0;
}

/**
 * Weights are symmetric about zero, so an odd number of points on any neuron gives zero; but not where a skip connection passes z_i on
 * together with what nonlinear functions of it made of other neurons.
 */
function orderOfCorrelator(
  { factors, connected, span }: CorrelatorExpression,
  { fields, inPairs, report }: Context,
): number | undefined {
  const neurons = factors.flatMap(({ field, power }) =>
    Array.from({ length: power }, () => neuronsOf(field, fields)),
  );
  const counts = new Map<string, number>();
  for (const letter of neurons.flat()) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  for (const [neuron, count] of counts) {
    if (count % 2 === 0) continue;
    const times = count === 1 ? 'once' : `${count} times`;
    const hint = 'a neuron must occur an even number of times: weights are symmetric about zero';
    const what = `a correlator with neuron \`${neuron}\` ${times}, beside a nonlinear layer with a skip connection, is`;
    report(
      inPairs ? diagnostic('EFT404', span, { neuron, times }, hint) : diagnostic('EFT401', span, { what }),
    );
    return undefined;
  }
  return connected ? neurons.flat().length / 2 - 1 : leadingOrder(neurons);
}

/** The neuron of each node of a field. */
function neuronsOf({ name, groups }: IndexedExpression, fields: DefinedFields): readonly string[] {
  const letters = lettersOf(groups[0] ?? []);
  const nodes = fields.get(name.name)?.nodes ?? [{ neuron: 0 }];
  return nodes.map(({ neuron }) => letters[neuron] ?? '');
}

/** `1/n^2`, `1/n`, `order 0`, `n^2` */
export function powerOf(order: number, width: string): string {
  if (order === 0) return 'order 0';
  const size = Math.abs(order) === 1 ? width : `${width}^${Math.abs(order)}`;
  return order > 0 ? `1/${size}` : size;
}

/** The order to expand to; the highest there is when nothing sound is said. */
export function checkExpansion(
  expansion: ExpansionDeclaration | undefined,
  width: string | undefined,
  report: Report,
): number {
  if (!expansion) return MAX_ORDER;
  const { order, width: name } = expansion;
  if (width !== undefined && name.name !== width)
    report(
      diagnostic(
        'EFT406',
        name.span,
        { name: name.name, width },
        `write \`expand in 1/${width} to order ${order}\``,
      ),
    );
  if (order <= MAX_ORDER) return order;
  report(diagnostic('EFT407', expansion.span, { order, limit: MAX_ORDER }));
  return MAX_ORDER;
}
