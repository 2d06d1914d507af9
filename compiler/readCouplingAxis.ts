/** `V / K^2`, or `V / K^2 = 0 .. 3` with the range to draw. */
import { diagnostic } from '../diagnostics/catalogue.ts';
import type { Diagnostic, Outcome } from '../diagnostics/diagnostic.ts';
import type { SourceFile, Span } from '../diagnostics/span.ts';
import type { Expression, Identifier } from '../grammar/syntax.ts';
import type { CouplingAxis } from '../theory/couplingAxis.ts';
import { symbol, type Expr } from '../theory/expression.ts';
import { readFragment } from './fragment.ts';
import type { Report } from './host.ts';
import { listed, reportUnknown } from './names.ts';
import { toExpr } from './scalarExpression.ts';
import { finiteConstant } from './studies/constants.ts';

/** `names` are those that the expression may use. */
export function readCouplingAxis(source: SourceFile, names: readonly string[]): Outcome<CouplingAxis> {
  const diagnostics: Diagnostic[] = [];
  const report: Report = (message) => {
    diagnostics.push(message);
  };
  const [, formula = '', low, high] = /^([^=]*)(?:=(.*?)\.\.(.*))?$/s.exec(source.text) ?? [, source.text];
  const expression = readAt(source, 0, formula, report);
  const value =
    expression && toExpr(expression, { name: nameIn(names, report), functions: new Map(), report });
  const axis = value && { text: formula.trim().replace(/\s+/g, ' '), expression: value };
  if (low === undefined || high === undefined) return finished(axis, diagnostics);
  const range = readRange(source, [formula.length + 1, low], [formula.length + low.length + 3, high], report);
  return finished(axis && range && { ...axis, range }, diagnostics);
}

function finished(
  value: CouplingAxis | undefined,
  diagnostics: readonly Diagnostic[],
): Outcome<CouplingAxis> {
  return value && diagnostics.length === 0 ? { value, diagnostics } : { diagnostics };
}

function nameIn(names: readonly string[], report: Report): (node: Identifier) => Expr | undefined {
  return (node) => {
    if (names.includes(node.name)) return symbol(node.name);
    reportUnknown('coupling', node, names, report, listed('there are', names));
    return undefined;
  };
}

function readAt(file: SourceFile, start: number, text: string, report: Report): Expression | undefined {
  const span: Span = { file, start, end: start + text.length };
  const assignment = readFragment(span, 'axis = ', report);
  if (assignment !== 'several') return assignment?.value;
  report(diagnostic('EFT514', span, { what: 'an axis', expected: 'one expression', found: 'several' }));
  return undefined;
}

type Piece = readonly [start: number, text: string];

function readRange(
  file: SourceFile,
  low: Piece,
  high: Piece,
  report: Report,
): readonly [number, number] | undefined {
  const [from, to] = [low, high].map((piece) => {
    const expression = readAt(file, ...piece, report);
    return expression && finiteConstant(expression, 'an end of an axis', report);
  });
  if (from === undefined || to === undefined) return undefined;
  if (from < to) return [from, to];
  report(diagnostic('EFT512', { file, start: low[0], end: high[0] + high[1].length }, { from, to }));
  return undefined;
}
