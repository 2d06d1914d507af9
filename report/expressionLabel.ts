/** Expressions of couplings as labels: `V / K^2` with its powers raised, `chi_perp` and `G1` in the signs of the theory. */
import type { Expr } from '../theory/expression.ts';
import { formatRational, isOneRational, negateRational, type Rational } from '../theory/rational.ts';
import { minus, symbolLabel, words, type Label } from './label.ts';

export function expressionLabel(expression: Expr): Label {
  switch (expression.kind) {
    case 'number':
      return words(minus(formatRational(expression.value)));
    case 'symbol':
      return couplingLabel(expression.name);
    case 'sum':
      return expression.terms.flatMap((term, k) => [
        ...(k === 0 ? [] : words(' + ')),
        ...expressionLabel(term),
      ]);
    case 'product':
      return productLabel(expression.factors);
    case 'power':
      return productLabel([expression]);
    case 'call':
      return [{ text: `${expression.fn} ` }, ...factorLabel(expression.argument)];
    case 'piecewise':
      return words('…');
  }
}

/** Factors with negative powers stand below the line. */
function productLabel(factors: readonly Expr[]): Label {
  const below = factors.filter((factor) => factor.kind === 'power' && factor.exponent.numerator < 0n);
  const above = factors.filter((factor) => !below.includes(factor));
  const top = above.length === 0 ? words('1') : spaced(above.map(factorLabel));
  if (below.length === 0) return top;
  const bottom = spaced(
    below.map((factor) =>
      factor.kind === 'power' ? powerLabel(factor.base, negateRational(factor.exponent)) : [],
    ),
  );
  const isSeveral = below.length > 1;
  return [...top, ...words(' / '), ...(isSeveral ? inParentheses(bottom) : bottom)];
}

function spaced(labels: readonly Label[]): Label {
  return labels.flatMap((label, k) => (k === 0 ? label : [{ text: ' ' }, ...label]));
}

function factorLabel(factor: Expr): Label {
  if (factor.kind === 'power') return powerLabel(factor.base, factor.exponent);
  return factor.kind === 'sum' ? inParentheses(expressionLabel(factor)) : expressionLabel(factor);
}

function powerLabel(base: Expr, exponent: Rational): Label {
  if (isOneRational(exponent)) return factorLabel(base);
  const sup = words(minus(formatRational(exponent)));
  const written = base.kind === 'symbol' ? couplingLabel(base.name) : inParentheses(expressionLabel(base));
  const last = written.at(-1);
  return last && !last.sup
    ? [...written.slice(0, -1), { ...last, sup }]
    : [...inParentheses(written), { text: '', sup }];
}

function inParentheses(label: Label): Label {
  return [...words('('), ...label, ...words(')')];
}

/** The first correction of a coupling has its order in braces above it (PDLT). */
export function couplingLabel(name: string): Label {
  const susceptibility = { chi_par: '∥', chi_perp: '⊥' }[name];
  if (susceptibility !== undefined) return [{ text: 'χ', face: 'italic', sub: words(susceptibility) }];
  const [, letter, order] = /^([A-Za-z]+)(\d+)$/.exec(name) ?? [];
  if (letter === undefined || order === undefined) return symbolLabel(name);
  const [first = { text: letter }] = symbolLabel(letter);
  return [{ ...first, sup: words(`{${order}}`) }];
}
