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
  Comparison: '<  <=  >  >=',
  Minus: '-',
  Times: '*',
  NotEqual: '!=',
  Sum: 'sum',
};

const STYLE = `
svg { background-color: white; }
path { stroke-width: 1.5; stroke: #444; fill: none; }
text { font: 14px monospace; text-anchor: middle; white-space: pre; fill: #111; }
rect { stroke-width: 1.5; stroke: #444; fill: #fff; }
g.terminal rect { fill: #e8f0fe; }
g.non-terminal rect { fill: #f6f6f6; }
`;

/** The diagram of every rule as a self-contained SVG file, by the rule's name. */
export function drawGrammar(): ReadonlyMap<string, string> {
  const rules = Object.values(new EftParser().getGAstProductions());
  return new Map(rules.map((rule) => [rule.name, `${drawRule(rule)}\n`]));
}

function drawRule(rule: gast.Rule): string {
  return new Diagram(...rule.definition.map(draw)).toStandalone(STYLE);
}

function draw(production: gast.IProduction): Part {
  if (production instanceof gast.NonTerminal) return new Box(spaced(production.nonTerminalName));
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
  return new Sign(SPELLINGS[token.name] ?? spelling(token));
}

/** `layerIndex` is drawn as `layer index`. */
function spaced(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
