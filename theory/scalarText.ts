/** The text exchanged with the computer algebra system: ours out over opaque names, its answers back in. */
import {
  PI,
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
  type Expr,
} from './expression.ts';
import { foldExpression, symbolsOf } from './foldExpression.ts';
import { parseRational, rational, isIntegerRational, type Rational } from './rational.ts';

/** Which opaque name stands for what. */
export interface OpaqueNames {
  /** A name for a symbol, or for a part that is kept whole. */
  readonly nameOf: (part: Expr) => string;
  readonly meaning: ReadonlyMap<string, Expr>;
}

/** `ua`, `ub`, ...: lower case letters only, none of them a name the system knows. */
export function createOpaqueNames(): OpaqueNames {
  const names = new Map<string, string>();
  const meaning = new Map<string, Expr>();
  const nameOf = (part: Expr): string => {
    const known = names.get(part.key);
    if (known !== undefined) return known;
    const name = `u${letters(names.size)}`;
    names.set(part.key, name);
    meaning.set(name, part);
    return name;
  };
  return { nameOf, meaning };
}

function letters(index: number): string {
  const last = String.fromCharCode(97 + (index % 26));
  return index < 26 ? last : letters(Math.floor(index / 26) - 1) + last;
}

/** A rational function for the system; roots, functions and piecewise parts become opaque names of their own. */
export function rationalText(expr: Expr, names: OpaqueNames): string {
  const opaque = (node: Expr): string => names.nameOf(node);
  return foldExpression<string>({
    number: ({ value }) => numberText(value),
    symbol: opaque,
    sum: ({ terms }, into) => `(${terms.map(into).join('+')})`,
    product: ({ factors }, into) => `(${factors.map(into).join('*')})`,
    power: (node, into) =>
      isIntegerRational(node.exponent) ? `(${into(node.base)}^${numberText(node.exponent)})` : opaque(node),
    call: opaque,
    piecewise: opaque,
  })(expr);
}

/** With the elementary functions written out; undefined for piecewise expressions. */
export function functionText(expr: Expr, names: OpaqueNames): string | undefined {
  const inexpressible: Expr[] = [];
  const text = foldExpression<string>({
    number: ({ value }) => numberText(value),
    symbol: (node) => names.nameOf(node),
    sum: ({ terms }, into) => `(${terms.map(into).join('+')})`,
    product: ({ factors }, into) => `(${factors.map(into).join('*')})`,
    // Roots of constants are kept whole: the system differentiates around them wrongly.
    power: (node, into) =>
      symbolsOf(node).length === 0 && !isIntegerRational(node.exponent)
        ? names.nameOf(node)
        : `(${into(node.base)}^${numberText(node.exponent)})`,
    call: ({ fn, argument }, into) => {
      if (fn === 'sigmoid') return `(1/(1+exp(-${into(argument)})))`;
      return fn === 'softplus' ? `log(1+exp(${into(argument)}))` : `${fn}(${into(argument)})`;
    },
    piecewise: (node) => {
      inexpressible.push(node);
      return '0';
    },
  })(expr);
  return inexpressible.length === 0 ? text : undefined;
}

function numberText({ numerator, denominator }: Rational): string {
  return denominator === 1n ? `(${numerator})` : `(${numerator}/${denominator})`;
}

/** Longer answers are not worth reading. */
const LONGEST_ANSWER = 20_000;

const DEEPEST_ANSWER = 200;

/** Functions that may occur in an answer, in terms of ours. */
const ANSWER_FUNCTIONS: ReadonlyMap<string, (x: Expr) => Expr> = new Map<string, (x: Expr) => Expr>([
  ['sqrt', squareRoot],
  ['exp', (x) => call('exp', x)],
  ['log', (x) => call('log', x)],
  ['sin', (x) => call('sin', x)],
  ['cos', (x) => call('cos', x)],
  ['tan', (x) => divide(call('sin', x), call('cos', x))],
  ['sec', (x) => power(call('cos', x), rational(-1))],
  ['csc', (x) => power(call('sin', x), rational(-1))],
  ['tanh', (x) => call('tanh', x)],
  ['sinh', (x) => divide(subtract(call('exp', x), call('exp', negate(x))), integer(2))],
  ['cosh', cosh],
  ['sech', (x) => power(cosh(x), rational(-1))],
  ['erf', (x) => call('erf', x)],
]);

function cosh(x: Expr): Expr {
  return divide(add(call('exp', x), call('exp', negate(x))), integer(2));
}

/** Reads an answer, or a bracketed list of them. Throws RangeError for anything not understood in full. */
export function parseAnswer(text: string, meaning: ReadonlyMap<string, Expr>): Expr[] {
  if (text.length > LONGEST_ANSWER) throw new RangeError(`an answer of ${text.length} characters`);
  const tokens = text.match(/\d+(?:\.\d+)?|[a-zA-Z]+|\S/g) ?? [];
  const reader = new AnswerReader(tokens, meaning);
  return reader.readAll();
}

/** Recursive descent over `+ - * / ^ ( ) , [ ]`. */
class AnswerReader {
  private position = 0;
  private depth = 0;
  private readonly tokens: readonly string[];
  private readonly meaning: ReadonlyMap<string, Expr>;

  constructor(tokens: readonly string[], meaning: ReadonlyMap<string, Expr>) {
    this.tokens = tokens;
    this.meaning = meaning;
  }

  readAll(): Expr[] {
    const isList = this.take('[');
    const results: Expr[] = [];
    if (!isList || this.tokens[this.position] !== ']') {
      do results.push(this.sum());
      while (isList && this.take(','));
    }
    if (isList) this.expect(']');
    if (this.position < this.tokens.length) this.refuse();
    return results;
  }

  private sum(): Expr {
    if (++this.depth > DEEPEST_ANSWER) throw new RangeError('an answer nested too deeply');
    const terms = [this.product()];
    while (this.tokens[this.position] === '+' || this.tokens[this.position] === '-') {
      terms.push(this.take('-') ? negate(this.product()) : (this.expect('+'), this.product()));
    }
    this.depth--;
    return add(...terms);
  }

  private product(): Expr {
    if (this.take('-')) return negate(this.product());
    let result = this.power();
    while (this.tokens[this.position] === '*' || this.tokens[this.position] === '/') {
      const divides = this.take('/') || !this.take('*');
      result = divides ? divide(result, this.power()) : multiply(result, this.power());
    }
    return result;
  }

  private power(): Expr {
    const start = this.position;
    const base = this.operand();
    if (!this.take('^')) return base;
    const exponent = this.take('-') ? negate(this.power()) : this.power();
    if (this.tokens[start] === 'e') return call('exp', exponent);
    if (exponent.kind !== 'number') return this.refuse();
    return power(base, exponent.value);
  }

  private operand(): Expr {
    const token = this.tokens[this.position++] ?? '';
    if (/^\d/.test(token)) return numberExpr(parseRational(token));
    if (token === '(') {
      const inner = this.sum();
      this.expect(')');
      return inner;
    }
    return this.named(token);
  }

  private named(token: string): Expr {
    const known = this.meaning.get(token);
    if (known) return known;
    if (token === 'pi') return PI;
    if (token === 'e') return call('exp', integer(1));
    const build = ANSWER_FUNCTIONS.get(token);
    if (!build) return this.refuse();
    this.expect('(');
    const argument = this.sum();
    this.expect(')');
    return build(argument);
  }

  private take(token: string): boolean {
    if (this.tokens[this.position] !== token) return false;
    this.position++;
    return true;
  }

  private expect(token: string): void {
    if (!this.take(token)) this.refuse();
  }

  private refuse(): never {
    throw new RangeError(`an answer that cannot be read near ${this.tokens[this.position] ?? 'its end'}`);
  }
}
