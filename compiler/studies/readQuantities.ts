/** What a `flow` follows: observables by name, and dimensionless combinations such as `V / G^2`. */
import { diagnostic } from '../../diagnostics/catalogue.ts';
import type { Observable } from '../../theory/model.ts';
import type { Expression, Identifier, Index } from '../../grammar/syntax.ts';
import { nodesOf } from '../walk.ts';
import { namesOf, listed, reportUnknown, reportWrongKind } from '../names.ts';
import { toObservable } from '../observableExpression.ts';
import type { StudyContext } from './studyContext.ts';

/** Names in the order of the text, with the definition of each that is not an observable of the file. */
export interface Quantities {
  readonly names: readonly string[];
  readonly definitions: readonly Observable[];
}

/** Reports what is no quantity and leaves it out. */
export function readQuantities(expressions: readonly Expression[], context: StudyContext): Quantities {
  const names: string[] = [];
  const definitions: Observable[] = [];
  for (const expression of expressions) {
    const quantity = expression.kind === 'name' ? undefined : combination(expression, context);
    const name = expression.kind === 'name' ? observableName(expression, context) : quantity?.name;
    if (name === undefined) continue;
    if (names.includes(name)) {
      context.report(diagnostic('EFT508', expression.span, { what: `\`${name}\`` }));
      continue;
    }
    names.push(name);
    if (quantity) definitions.push(quantity);
  }
  return { names, definitions };
}

/** The name of an observable, or undefined after saying what it is instead. */
export function observableName(
  identifier: Identifier,
  { names, report }: Pick<StudyContext, 'names' | 'report'>,
): string | undefined {
  const { name } = identifier;
  const kind = names.get(name)?.kind;
  if (kind === 'observable') return name;
  if (kind === 'defined-field') {
    const hint = `define an observable of it, such as its mean \`<${name}[...]>\``;
    reportWrongKind(names, identifier, 'an observable', report, hint);
  } else if (kind) reportWrongKind(names, identifier, 'an observable', report);
  else {
    const others = namesOf(names, 'observable');
    reportUnknown('observable', identifier, others, report, listed('the observables are', others));
  }
  return undefined;
}

/** The letter of the one sample that observables without indices are taken at. */
const SAMPLE = 'a';

function combination(expression: Expression, context: StudyContext): Observable | undefined {
  const { expectations, report } = context;
  const { groups } = expectations;
  const withIndices = atOneSample(expression, groups);
  const scope = { ...expectations, samples: new Set([SAMPLE]), apart: [], report, reportOnce: report };
  const body = toObservable(withIndices, scope);
  const leadingOrder = body && context.orderOf(withIndices);
  if (!body || leadingOrder === undefined) return undefined;
  const isFree = nodesOf(expression).some((node) => node.kind === 'name' && groups.has(node.name));
  const { file, start, end } = expression.span;
  const name = file.text.slice(start, end).replace(/\s+/g, ' ');
  return { name, indices: isFree ? [[SAMPLE]] : [], body, leadingOrder, span: expression.span };
}

/** `V / G^2` is read as `V[a,a;a,a] / G[a,a]^2`. */
function atOneSample(expression: Expression, groups: ReadonlyMap<string, readonly number[]>): Expression {
  const visit = (node: Expression): Expression => atOneSample(node, groups);
  switch (expression.kind) {
    case 'name': {
      const sizes = groups.get(expression.name);
      if (!sizes) return expression;
      const { name, span } = expression;
      const index: Index = { kind: 'index-name', name: SAMPLE, span };
      const indices = sizes.map((size) => Array.from({ length: size }, () => index));
      return { kind: 'indexed', name: { name, span }, groups: indices, span };
    }
    case 'negation':
      return { ...expression, operand: visit(expression.operand) };
    case 'binary':
      return { ...expression, left: visit(expression.left), right: visit(expression.right) };
    default:
      return expression;
  }
}
