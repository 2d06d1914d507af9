/**
 * The vocabulary of the language. Token patterns use characters of the basic multilingual plane only: Chevrotain
 * drops the `u` flag of regular expressions.
 */
import { createToken, Lexer } from './chevrotain.ts';
import { GREEK_CHARACTERS } from './spelling.ts';
import type { TokenType } from './chevrotain.ts';

/** Letters, digits and underscores, beginning with a letter; Greek letters count. */
const NAME_PATTERN = new RegExp(`[A-Za-z${GREEK_CHARACTERS}][A-Za-z0-9_${GREEK_CHARACTERS}]*`);

/** Any name; the words below that carry this category may be used as names too. */
export const Name = createToken({ name: 'Name', pattern: NAME_PATTERN });

/** A name to the left of `=` or `~`, as in `C_W = 2`; told apart by `markHeads`, not by the lexer. */
export const Head = createToken({ name: 'Head', pattern: Lexer.NA });

/** A word with a meaning at one place of the grammar and an ordinary name everywhere else. */
const word = (name: string, text: string): TokenType =>
  createToken({ name, pattern: text, longer_alt: Name, categories: Name });

/** A word that can never be a name. */
const reserved = (name: string, pattern: string | RegExp): TokenType =>
  createToken({ name, pattern, longer_alt: Name });

const symbol = (name: string, pattern: string | RegExp, categories: TokenType[] = []): TokenType =>
  createToken({ name, pattern, categories });

export const Eft = word('Eft', 'eft');
export const Import = word('Import', 'import');
export const Architecture = word('Architecture', 'architecture');
export const Activation = word('Activation', 'activation');
export const Prior = word('Prior', 'prior');
export const Observable = word('Observable', 'observable');
export const Expand = word('Expand', 'expand');
export const Study = word('Study', 'study');
export const Standard = word('Standard', 'standard');
export const Input = word('Input', 'input');
export const Large = word('Large', 'large');
export const Width = word('Width', 'width');
export const Depth = word('Depth', 'depth');
export const Layer = word('Layer', 'layer');
export const LearningRate = word('LearningRate', 'learning_rate');
export const Where = word('Where', 'where');
export const Check = word('Check', 'check');
export const Flow = word('Flow', 'flow');
export const Expect = word('Expect', 'expect');
export const Find = word('Find', 'find');
export const Critical = word('Critical', 'critical');
export const Phase = word('Phase', 'phase');
export const At = word('At', 'at');
export const For = word('For', 'for');
export const With = word('With', 'with');
export const Within = word('Within', 'within');
export const Networks = word('Networks', 'networks');
export const Seed = word('Seed', 'seed');
export const In = word('In', 'in');
export const Parameters = word('Parameters', 'parameters');
export const To = word('To', 'to');
export const Order = word('Order', 'order');

export const Sum = reserved('Sum', /sum|Σ|∑/);
export const Piecewise = reserved('Piecewise', 'piecewise');
export const Otherwise = reserved('Otherwise', 'otherwise');

export const NumberLiteral = createToken({
  name: 'NumberLiteral',
  pattern: /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/,
});
export const StringLiteral = createToken({ name: 'StringLiteral', pattern: /"(?:[^"\\\r\n]|\\[^\r\n])*"/ });
/** Reported when read, then treated as a string. */
export const OpenString = createToken({
  name: 'OpenString',
  pattern: /"(?:[^"\\\r\n]|\\[^\r\n])*/,
  categories: StringLiteral,
});

export const LeftBrace = symbol('LeftBrace', '{');
export const RightBrace = symbol('RightBrace', '}');
export const LeftParenthesis = symbol('LeftParenthesis', '(');
export const RightParenthesis = symbol('RightParenthesis', ')');
export const LeftBracket = symbol('LeftBracket', '[');
export const RightBracket = symbol('RightBracket', ']');
export const Comma = symbol('Comma', ',');
export const Semicolon = symbol('Semicolon', ';');
export const Colon = symbol('Colon', ':');
export const Tilde = symbol('Tilde', '~');
export const Range = symbol('Range', '..');
export const Percent = symbol('Percent', '%');
export const Plus = symbol('Plus', '+');
export const Minus = symbol('Minus', /[-\u2212]/);
export const Times = symbol('Times', /[*\u00b7\u22c5\u00d7]/);
export const Divide = symbol('Divide', '/');
export const Power = symbol('Power', '^');
export const NotEqual = symbol('NotEqual', /!=|≠/);
export const Equals = symbol('Equals', '=');

/** `<` opens a correlator where an expression begins and compares two of them elsewhere; `⟨` only opens. */
export const CorrelatorOpen = createToken({ name: 'CorrelatorOpen', pattern: Lexer.NA });
export const CorrelatorClose = createToken({ name: 'CorrelatorClose', pattern: Lexer.NA });
export const Comparison = createToken({ name: 'Comparison', pattern: Lexer.NA });
/** `>_c` is one token, so that `_c` need not be a name. */
export const ConnectedClose = symbol(
  'ConnectedClose',
  new RegExp(`[>⟩]_c(?![A-Za-z0-9_${GREEK_CHARACTERS}])`),
);
export const LessOrEqual = symbol('LessOrEqual', /<=|≤/, [Comparison]);
export const GreaterOrEqual = symbol('GreaterOrEqual', />=|≥/, [Comparison]);
export const LessThan = symbol('LessThan', '<', [Comparison, CorrelatorOpen]);
export const GreaterThan = symbol('GreaterThan', '>', [Comparison, CorrelatorClose]);
export const LeftAngle = symbol('LeftAngle', '⟨', [CorrelatorOpen]);
export const RightAngle = symbol('RightAngle', '⟩', [CorrelatorClose]);

const Blank = createToken({ name: 'Blank', pattern: /[\s\ufeff]+/, group: Lexer.SKIPPED });
const CommentText = createToken({ name: 'CommentText', pattern: /#[^\n\r]*/, group: 'comments' });

/** The words that begin an item of the file, and the ones that begin a statement of each block. */
export const ITEM_WORDS = [Import, Activation, Architecture, Prior, Observable, Expand, Study];
export const ARCHITECTURE_WORDS = [Input, Width, Depth, Activation, Layer];
export const PRIOR_WORDS = [LearningRate];
export const STUDY_WORDS = [Check, Flow, Expect, Find, Phase];
/** `within` before `with`: the lexer takes the first that fits, and then only a longer name. */
const CLAUSE_WORDS = [
  ...[Eft, Standard, Large, Where, At, For, Within, With, Networks, Seed, In, Parameters, To, Order],
  Critical,
];

/** Words usable as names outside their own place. */
export const CONTEXTUAL_WORDS = [
  ...new Set([...ITEM_WORDS, ...ARCHITECTURE_WORDS, ...PRIOR_WORDS, ...STUDY_WORDS, ...CLAUSE_WORDS]),
];
/** Words that are never names. */
export const RESERVED_WORDS = [Sum, Piecewise, Otherwise];

const LITERALS = [NumberLiteral, StringLiteral, OpenString];
const BRACKETS = [LeftBrace, RightBrace, LeftParenthesis, RightParenthesis, LeftBracket, RightBracket];
const PUNCTUATION = [Comma, Semicolon, Colon, Tilde, Range, Percent];
const OPERATORS = [Plus, Minus, Times, Divide, Power, NotEqual, Equals];
const ANGLES = [ConnectedClose, LessOrEqual, GreaterOrEqual, LessThan, GreaterThan, LeftAngle, RightAngle];
const CATEGORIES = [CorrelatorOpen, CorrelatorClose, Comparison, Head];

/** In the order in which the lexer tries them. */
export const TOKENS: TokenType[] = [
  Blank,
  CommentText,
  ...CONTEXTUAL_WORDS,
  ...RESERVED_WORDS,
  Name,
  ...LITERALS,
  ...BRACKETS,
  ...PUNCTUATION,
  ...ANGLES,
  ...OPERATORS,
  ...CATEGORIES,
];
