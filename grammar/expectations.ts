/** What the grammar expected, in the words of the language rather than in the names of token classes. */
import * as t from './tokens.ts';
import { spelling } from './statements.ts';
import type { IParserErrorMessageProvider, TokenType } from './chevrotain.ts';

export const EXPRESSION = 'an expression';
/** What follows the widths of a check, and the words it may begin with. */
export const ENSEMBLE = '`with 20000 networks` or `within 1 %`';
export const ENSEMBLE_WORDS = ['with', 'within'] as const;

/** What a rule stands for; asked when no alternative of the rule fits. */
const RULES: Readonly<Record<string, string>> = {
  program: oneOf(t.ITEM_WORDS),
  item: oneOf(t.ITEM_WORDS),
  architectureMember: oneOf(t.ARCHITECTURE_WORDS),
  layerPosition: 'the layer: `1` or `l+1`',
  studyStatement: 'an assignment, `check`, `flow`, `expect`, `find` or `phase`',
  layerDeclaration: 'an equation such as `z[i] = ...`',
  indices: 'an index',
  indexGroup: 'an index',
  index: 'an index',
  sum: 'an index to sum over',
  priorBlock: 'a prior such as `W ~ normal(0, C_W / fan_in)`, or `learning_rate`',
  whereClause: 'a condition such as `i != j`',
  observableNames: 'an observable',
  checkStatement: 'a width such as `64`',
  ensemble: ENSEMBLE,
  correlator: 'another field or `>`',
  atom: EXPRESSION,
  factor: EXPRESSION,
};

/** What closes a block, in the order in which a reader would go on. */
const BLOCK_ENDS: Readonly<Record<string, string>> = {
  architectureBlock: `${oneOf(t.ARCHITECTURE_WORDS, ', ')} or \`}\``,
  priorBlock: 'a prior such as `W ~ normal(0, C_W / fan_in)`, `learning_rate` or `}`',
  observableBlock: 'a definition such as `G[a,b] = <z[i,a] z[i,b]>`, or `}`',
  studyBlock: 'an assignment, `check`, `flow`, `expect`, `find`, `phase` or `}`',
};

/** The name a rule asks for. */
const NAMES: Readonly<Record<string, string>> = {
  activationDefinition: 'a name',
  inputDeclaration: 'a name such as `x[n0]`',
  expansionDeclaration: 'the width',
  observableNames: 'an observable',
  findStatement: 'a parameter such as `C_W`',
  constraint: 'an index',
  sum: 'an index to sum over',
  summedIndex: 'an index to sum over',
  layerIndex: 'the layer index',
  priorStatement: 'a distribution such as `normal`',
  indexed: 'a field such as `z[i,a]`',
};

/** The left side a rule asks for. */
const HEADS: Readonly<Record<string, string>> = {
  checkStatement: 'a width such as `n = 64`',
  atWidth: 'a width such as `n = 64`',
  depthRange: 'a range of depths such as `L = 1 .. 10`',
  phaseAxis: 'a range of a parameter such as `C_W = 0.5 .. 3`',
  definedField: 'an equation such as `z[i] = ...`',
  learningRate: 'a group of parameters, as in `learning_rate W = lambda_W / fan_in`',
};

const NUMBERS: Readonly<Record<string, string>> = {
  versionDeclaration: 'the language version, `1`',
  ensemble: 'a number of networks or per cent',
  checkStatement: 'a width',
  correlatorFactor: 'a whole number',
};

const TOKENS = new Map<TokenType, string>([
  [t.StringLiteral, 'a text in double quotes'],
  [t.CorrelatorClose, '`>`'],
  [t.CorrelatorOpen, '`<`'],
  [t.Comparison, '`<`, `<=`, `>` or `>=`'],
  [t.Minus, '`-`'],
  [t.Times, '`*`'],
  [t.NotEqual, '`!=`'],
  [t.Sum, '`sum`'],
]);

function oneOf(words: readonly TokenType[], last = ' or '): string {
  const quoted = words.map((word) => `\`${spelling(word)}\``);
  return `${quoted.slice(0, -1).join(', ')}${last}${quoted.at(-1)!}`;
}

/** `expected` in words, where the rule that asked for it makes a difference. */
function expectedToken(expected: TokenType, rule: string): string {
  if (expected === t.RightBrace) return BLOCK_ENDS[rule] ?? '`}`';
  if (expected.name === 'EOF') return oneOf(t.ITEM_WORDS);
  if (expected === t.Name) return NAMES[rule] ?? 'a name';
  if (expected === t.Head) return HEADS[rule] ?? 'a name';
  if (expected === t.StringLiteral && rule === 'importDeclaration') return 'a path in double quotes';
  if (expected === t.NumberLiteral) return NUMBERS[rule] ?? 'a number';
  return TOKENS.get(expected) ?? `\`${spelling(expected)}\``;
}

/**
 * Makes Chevrotain's errors carry what was expected, and nothing else: `parse` composes the message, because
 * it knows the text around.
 */
export const EXPECTATIONS: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected, ruleName }) => expectedToken(expected, ruleName),
  buildNotAllInputParsedMessage: ({ ruleName }) => RULES[ruleName] ?? EXPRESSION,
  buildNoViableAltMessage: ({ ruleName }) => RULES[ruleName] ?? EXPRESSION,
  buildEarlyExitMessage: ({ ruleName }) => RULES[ruleName] ?? EXPRESSION,
};

/** The single word an expectation asks for, when it asks for one: the `with` of `` `with` ``. */
export function expectedWord(expectation: string): string | undefined {
  return /^`([a-z]+)`$/.exec(expectation)?.[1];
}
