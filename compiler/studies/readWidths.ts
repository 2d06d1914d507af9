/** `n[l] = [n, 2*n, 3/2*n, 10]`: the width of each layer relative to the reference width, or the neurons of the last one. */
import { diagnostic } from '../../diagnostics/catalogue.ts';
import { divide, symbol } from '../../theory/expression.ts';
import type { StudySettings } from '../../theory/model.ts';
import { ONE, type Rational } from '../../theory/rational.ts';
import type { Assignment, Expression, Identifier } from '../../grammar/syntax.ts';
import { textOf } from '../excerpts.ts';
import { reportUnknown } from '../names.ts';
import { toExpr } from '../scalarExpression.ts';
import type { StudyContext } from './studyContext.ts';

export const MAX_READOUT = 16_384;

type Reporting = Pick<StudyContext, 'report'>;

export function readWidths({ name, value }: Assignment, context: Reporting): StudySettings['widths'] {
  if (value.kind !== 'list') {
    const expected = `a list with the width of each layer`;
    const hint = `for example \`${name.name}[l] = [${name.name}, 2*${name.name}]\``;
    context.report(
      diagnostic(
        'EFT505',
        value.span,
        { name: name.name, expected, found: `\`${textOf(value.span)}\`` },
        hint,
      ),
    );
    return undefined;
  }
  const last = value.items.length - 1;
  const readout = last > 0 ? fixedWidth(value.items[last]!) : undefined;
  const ratios = value.items.map((item, k) =>
    k === last && readout !== undefined ? ONE : readRatio(item, name.name, context),
  );
  const values = ratios.filter((ratio) => ratio !== undefined);
  if (values.length < ratios.length) return undefined;
  return { values, ...(readout === undefined ? {} : { readout }), span: value.span };
}

/** A number of neurons, which the last layer may have. */
function fixedWidth(item: Expression): number | undefined {
  const width = item.kind === 'number' ? Number(item.text) : NaN;
  return Number.isInteger(width) && width > 0 && width <= MAX_READOUT ? width : undefined;
}

/** A positive rational times the reference width. */
function readRatio(item: Expression, width: string, { report }: Reporting): Rational | undefined {
  const name = (node: Identifier) => {
    if (node.name === width) return symbol(width);
    reportUnknown('width', node, [width], report);
    return undefined;
  };
  const value = toExpr(item, { name, functions: new Map(), report });
  if (!value) return undefined;
  const ratio = divide(value, symbol(width));
  if (ratio.kind === 'number' && ratio.value.numerator > 0n) return ratio.value;
  const expected = `a positive multiple of \`${width}\``;
  const hint = `for example \`2*${width}\` or \`3/2*${width}\`; the last layer may have a fixed number of neurons`;
  report(
    diagnostic(
      'EFT505',
      item.span,
      { name: `${width}[l]`, expected, found: `\`${textOf(item.span)}\`` },
      hint,
    ),
  );
  return undefined;
}
