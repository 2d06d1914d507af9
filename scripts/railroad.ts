/** Railroad diagrams of the grammar, drawn from the parser's own description of its rules. */
import {
  Choice,
  Diagram,
  NonTerminal as Box,
  OneOrMore,
  Optional,
  Sequence,
  Terminal as Sign,
  ZeroOrMore,
} from '@prantlf/railroad-diagrams';
import * as gast from 'chevrotain';
import { EftParser } from '../grammar/parser.ts';
import { spelling } from '../grammar/statements.ts';
import type { Part } from '@prantlf/railroad-diagrams';

/** What tokens without a fixed spelling are called. */
const CLASSES: Readonly<Record<string, string>> = {
  Name: 'name',
  Head: 'name',
  NumberLiteral: 'number',
  StringLiteral: '"text"',
};
const SPELLINGS: Readonly<Record<string, string>> = {
  CorrelatorOpen: '<',
  CorrelatorClose: '>',
  ConnectedClose: '>_c',
  Minus: '-',
  Times: '*',
  NotEqual: '!=',
  Sum: 'sum',
};

const COMPARISONS = ['<', '<=', '>', '>='];

const STYLE = `
svg { background-color: white; }
path { stroke-width: 1.5; stroke: #444; fill: none; }
text { font: 14px monospace; text-anchor: middle; white-space: pre; fill: #111; }
rect { stroke-width: 1.5; stroke: #444; fill: #fff; }
g.terminal rect { fill: #e8f0fe; }
g.non-terminal rect { fill: #f6f6f6; }
`;

/**
 * The diagrams, by the rule each begins with and the title it bears in other diagrams. Every other rule is drawn in
 * full where it is used: a reader follows a construct in one picture.
 */
const DIAGRAMS: ReadonlyMap<string, string> = new Map([
  ['program', 'file'],
  ['importDeclaration', 'import'],
  ['activationDefinition', 'activation'],
  ['architectureBlock', 'architecture'],
  ['layerDeclaration', 'layer'],
  ['priorBlock', 'prior'],
  ['learningRates', 'learning_rate'],
  ['observableBlock', 'observable'],
  ['whereClause', 'where'],
  ['expansionDeclaration', 'expand'],
  ['studyBlock', 'study'],
  ['assignment', 'assignment'],
  ['checkStatement', 'check'],
  ['flowStatement', 'flow'],
  ['expectStatement', 'expect'],
  ['findStatement', 'find'],
  ['phaseStatement', 'phase'],
  ['expression', 'expression'],
  ['product', 'product'],
  ['factor', 'factor'],
  ['atom', 'atom'],
  ['indices', 'indices'],
  ['correlator', 'correlator'],
  ['piecewise', 'piecewise'],
  ['branch', 'branch'],
]);

/** Each diagram as a self-contained SVG file, by its title. */
export function drawGrammar(): ReadonlyMap<string, string> {
  const rules = new EftParser().getGAstProductions();
  return new Map([...DIAGRAMS].map(([rule, title]) => [title, `${drawRule(rules[rule]!)}\n`]));
}

function drawRule(rule: gast.Rule): string {
  return new Diagram(...rule.definition.map(draw)).toStandalone(STYLE);
}

function draw(production: gast.IProduction): Part {
  if (production instanceof gast.NonTerminal) {
    const title = DIAGRAMS.get(production.nonTerminalName);
    return title === undefined ? drawAll(production.referencedRule) : new Box(title);
  }
  if (production instanceof gast.Terminal) return drawToken(production.terminalType);
  if (production instanceof gast.Alternation) return new Choice(0, ...production.definition.map(draw));
  if (production instanceof gast.Option) return new Optional(drawAll(production));
  if (production instanceof gast.RepetitionMandatoryWithSeparator)
    return new OneOrMore(drawAll(production), drawToken(production.separator));
  if (production instanceof gast.RepetitionWithSeparator)
    return new ZeroOrMore(drawAll(production), drawToken(production.separator));
  if (production instanceof gast.RepetitionMandatory) return new OneOrMore(drawAll(production));
  if (production instanceof gast.Repetition) return new ZeroOrMore(drawAll(production));
  if (production instanceof gast.Alternative) return drawAll(production);
  throw new Error(`unknown production ${production.constructor.name}`);
}

function drawAll({ definition }: { readonly definition: readonly gast.IProduction[] }): Part {
  return new Sequence(...definition.map(draw));
}

function drawToken(token: gast.TokenType): Part {
  const tokenClass = CLASSES[token.name];
  if (tokenClass !== undefined) return new Box(tokenClass);
  if (token.name === 'Comparison') return new Choice(0, ...COMPARISONS.map((sign) => new Sign(sign)));
  return new Sign(SPELLINGS[token.name] ?? spelling(token));
}
