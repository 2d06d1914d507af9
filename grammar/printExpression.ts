/** Expressions of the syntax tree as text, with the fewest parentheses that keep the tree. */
import type * as tree from './syntax.ts';

/** How tightly an expression holds together; an operand looser than its place needs parentheses. */
const SUM_LEVEL = 1;
const PRODUCT_LEVEL = 2;
const FACTOR_LEVEL = 3;
const ATOM_LEVEL = 4;

/** The places left and right of each operator: what binds at least so tightly stands without parentheses. */
const OPERAND_LEVELS: Readonly<
  Record<tree.BinaryOperator, readonly [own: number, left: number, right: number]>
> = {
  '+': [SUM_LEVEL, SUM_LEVEL, PRODUCT_LEVEL],
  '-': [SUM_LEVEL, SUM_LEVEL, PRODUCT_LEVEL],
  '*': [PRODUCT_LEVEL, PRODUCT_LEVEL, FACTOR_LEVEL],
  '/': [PRODUCT_LEVEL, PRODUCT_LEVEL, FACTOR_LEVEL],
  '^': [FACTOR_LEVEL, ATOM_LEVEL, FACTOR_LEVEL],
};

export function printExpression(expression: tree.Expression): string {
  switch (expression.kind) {
    case 'number':
      return expression.text;
    case 'name':
      return expression.name;
    case 'string':
      return printText(expression.value);
    case 'indexed':
      return printField(expression);
    case 'call':
      return `${expression.callee.name}(${printList(expression.arguments)})`;
    case 'list':
      return `[${printList(expression.items)}]`;
    case 'negation':
      return `-${printOperand(expression.operand, FACTOR_LEVEL)}`;
    case 'binary':
      return printBinary(expression);
    case 'sum':
      return printSum(expression);
    case 'correlator':
      return printCorrelator(expression);
    case 'piecewise':
      return printPiecewise(expression);
  }
}

function printList(expressions: readonly tree.Expression[]): string {
  return expressions.map(printExpression).join(', ');
}

function levelOf(expression: tree.Expression): number {
  if (expression.kind === 'binary') return OPERAND_LEVELS[expression.operator][0];
  return expression.kind === 'negation' || expression.kind === 'sum' ? FACTOR_LEVEL : ATOM_LEVEL;
}

function printOperand(operand: tree.Expression, level: number): string {
  const text = printExpression(operand);
  return levelOf(operand) < level ? `(${text})` : text;
}

function printBinary({ operator, left, right }: tree.BinaryExpression): string {
  const [, leftLevel, rightLevel] = OPERAND_LEVELS[operator];
  const isProduct = operator === '*' || operator === '/';
  // A sum takes in all factors to its right, so as a left factor it must be closed off.
  const leftText =
    isProduct && endsInSum(left) ? `(${printExpression(left)})` : printOperand(left, leftLevel);
  const rightText = printOperand(right, rightLevel);
  return operator === '^' ? `${leftText}^${rightText}` : `${leftText} ${operator} ${rightText}`;
}

/** Whether the text of a product ends inside the body of a `sum`, where further factors would be drawn in. */
function endsInSum(expression: tree.Expression): boolean {
  switch (expression.kind) {
    case 'sum':
      return true;
    case 'negation':
      return endsInSum(expression.operand);
    case 'binary':
      return levelOf(expression) >= PRODUCT_LEVEL && endsInSum(expression.right);
    default:
      return false;
  }
}

function printSum({ indices, body }: tree.SumExpression): string {
  const ranges = indices.map(({ name, range }) => (range === 'parameters' ? `${name} in parameters` : name));
  return `sum(${ranges.join(', ')}) ${printOperand(body, PRODUCT_LEVEL)}`;
}

/** `z[i,a]`, `V[a,b;c,d]` */
export function printField({ name, groups }: tree.IndexedExpression): string {
  return `${name.name}[${groups.map((group) => group.map(printIndex).join(',')).join(';')}]`;
}

function printIndex(index: tree.Index): string {
  return index.kind === 'index-name' ? index.name : String(index.value);
}

function printCorrelator({ factors, connected }: tree.CorrelatorExpression): string {
  return `<${factors.map(printCorrelatorFactor).join(' ')}>${connected ? '_c' : ''}`;
}

function printCorrelatorFactor({ field, power }: tree.CorrelatorFactor): string {
  return power === 1 ? printField(field) : `${printField(field)}^${power}`;
}

function printPiecewise({ branches, otherwise }: tree.PiecewiseExpression): string {
  const all = [...branches.map(printBranch), `otherwise: ${printExpression(otherwise)}`];
  return `piecewise(${all.join(', ')})`;
}

function printBranch({ left, comparison, right, value }: tree.PiecewiseBranch): string {
  return `${printExpression(left)} ${comparison} ${printExpression(right)}: ${printExpression(value)}`;
}

/** An argument of a prior, positional or named. */
export function printArgument({ name, value }: tree.Argument): string {
  return name ? `${name.name} = ${printExpression(value)}` : printExpression(value);
}

/** A text in double quotes. */
export function printText(value: string): string {
  return `"${value.replace(/["\\]/g, '\\$&')}"`;
}
