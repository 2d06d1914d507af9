/** Expressions of the syntax tree as data to search. */
import type { Expression, IndexedExpression } from '../grammar/syntax.ts';

/** The expressions directly inside one; fields of a correlator count as indexed expressions. */
export function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'number':
    case 'name':
    case 'string':
    case 'indexed':
      return [];
    case 'call':
      return expression.arguments;
    case 'list':
      return expression.items;
    case 'negation':
      return [expression.operand];
    case 'binary':
      return [expression.left, expression.right];
    case 'sum':
      return [expression.body];
    case 'correlator':
      return expression.factors.map(({ field }) => field);
    case 'piecewise':
      return [
        ...expression.branches.flatMap(({ left, right, value }) => [left, right, value]),
        expression.otherwise,
      ];
  }
}

/** An expression and everything in it, in the order of the text. */
export function nodesOf(expression: Expression): Expression[] {
  const found: Expression[] = [];
  const visit = (node: Expression): void => {
    found.push(node);
    childrenOf(node).forEach(visit);
  };
  visit(expression);
  return found;
}

export function indexedNodes(expression: Expression): IndexedExpression[] {
  return nodesOf(expression).filter((node) => node.kind === 'indexed');
}

/** Whether an expression contains a field, a sum or a correlator: whether it is more than a scalar. */
export function hasIndices(expression: Expression): boolean {
  return nodesOf(expression).some(({ kind }) => ['indexed', 'sum', 'correlator'].includes(kind));
}
