/** A model as text, every part of it but spans. */
import type { Expr } from '../../theory/expression.ts';
import type { FieldShape } from '../../theory/field.ts';
import type { Model } from '../../theory/model.ts';
import { formatRational, type Rational } from '../../theory/rational.ts';
import type { Span } from '../../diagnostics/span.ts';

export function dumpModel(model: Model): string {
  return dump(model, '');
}

function dump(value: unknown, indent: string): string {
  const short = shortForm(value);
  if (short !== undefined) return short;
  const entries = value instanceof Map ? [...value] : Object.entries(value as object);
  const isList = Array.isArray(value);
  const lines = entries
    .filter(([key]) => key !== 'settings' && key !== 'orderSpan')
    .map(([key, inner]) => line(isList ? '-' : `${String(key)}:`, inner, `${indent}  `));
  return lines.map((each) => `\n${indent}${each}`).join('');
}

function line(head: string, value: unknown, indent: string): string {
  const text = dump(value, indent);
  return text.startsWith('\n') ? `${head}${text}` : `${head} ${text}`;
}

/** Leaves, and lists of leaves. */
function shortForm(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (isSpan(value)) return placeText(value);
  if (isRational(value)) return formatRational(value);
  if (isExpr(value)) return value.key;
  if (isField(value)) return value.name;
  const inner = value instanceof Map ? [...(value as Map<unknown, unknown>).values()] : Object.values(value);
  if (inner.length === 0) return Array.isArray(value) ? '[]' : '{}';
  if (!Array.isArray(value)) return undefined;
  const items = inner.map(shortForm);
  const text = `[${items.join(', ')}]`;
  return items.every((item) => item !== undefined) && text.length < 100 ? text : undefined;
}

/** The text a span covers, when it is on one line. */
function placeText({ file, start, end }: Span): string {
  const [first = '', ...rest] = file.text.slice(start, end).split('\n');
  return `\`${first}${rest.length > 0 ? ' ...' : ''}\``;
}

function isSpan(value: object): value is Span {
  return 'file' in value && 'start' in value;
}

function isRational(value: object): value is Rational {
  return 'numerator' in value;
}

function isField(value: object): value is FieldShape {
  return 'automorphisms' in value;
}

function isExpr(value: object): value is Expr {
  return 'key' in value && 'kind' in value;
}
