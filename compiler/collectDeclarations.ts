/** Pass 2: what the program declares, each thing once. */
import { diagnostic } from '../diagnostics/catalogue.ts';
import { headOf, type Span } from '../diagnostics/span.ts';
import { placeOf } from './excerpts.ts';
import type {
  ActivationDefinition,
  ArchitectureBlock,
  ExpansionDeclaration,
  LearningRate,
  ObservableDefinition,
  PriorStatement,
  StudyBlock,
} from '../grammar/syntax.ts';
import { definesField } from './fieldExpression.ts';
import type { Report } from './host.ts';
import type { Declaration } from './loadImports.ts';

/** Several `prior` and `observable` blocks add up; architecture and expansion are stated once. */
export interface Declarations {
  readonly definitions: readonly ActivationDefinition[];
  readonly architecture?: ArchitectureBlock;
  readonly priors: readonly PriorStatement[];
  readonly rates: readonly LearningRate[];
  readonly observables: readonly ObservableDefinition[];
  /** Definitions of fields such as the tangent kernel, which stand among the observables. */
  readonly fields: readonly ObservableDefinition[];
  readonly expansion?: ExpansionDeclaration;
  readonly studies: readonly StudyBlock[];
}

export function collectDeclarations(
  items: readonly Declaration[],
  whole: Span,
  report: Report,
): Declarations {
  const architectures = ofKind(items, 'architecture');
  const expansions = ofKind(items, 'expand');
  const defined = ofKind(items, 'observable').flatMap((block) => block.definitions);
  const observables = defined.filter((definition) => !definesField(definition));
  const priors = ofKind(items, 'prior').flatMap((block) => block.statements);
  const studies = ofKind(items, 'study');
  architectures
    .slice(1)
    .forEach((second) => report(another(second.span, '`architecture` block', architectures[0]!.span)));
  expansions
    .slice(1)
    .forEach((second) => report(another(second.span, '`expand` declaration', expansions[0]!.span)));
  const missing = (what: string, example: string): void => {
    report(diagnostic('EFT205', { ...whole, end: whole.start }, { what }, `for example \`${example}\``));
  };
  if (architectures.length === 0) missing('`architecture` block', 'architecture mlp { ... }');
  if (observables.length === 0) missing('observable', 'observable { G[a,b] = <z[i,a] z[i,b]> }');
  if (expansions.length === 0) missing('`expand` declaration', 'expand in 1/n to order 1');
  reportSameStudies(studies, report);
  return {
    definitions: ofKind(items, 'activation-definition'),
    ...(architectures[0] && { architecture: architectures[0] }),
    priors: priors.filter((statement) => statement.kind === 'distribution'),
    rates: priors.flatMap((statement) => (statement.kind === 'learning-rates' ? statement.rates : [])),
    observables,
    fields: defined.filter(definesField),
    ...(expansions[0] && { expansion: expansions[0] }),
    studies,
  };
}

function ofKind<K extends Declaration['kind']>(
  items: readonly Declaration[],
  kind: K,
): readonly Extract<Declaration, { kind: K }>[] {
  return items.filter((item): item is Extract<Declaration, { kind: K }> => item.kind === kind);
}

function another(span: Span, what: string, first: Span): ReturnType<typeof diagnostic> {
  return diagnostic('EFT206', headOf(span), { what }, `the first is at ${placeOf(first)}`);
}

function reportSameStudies(studies: readonly StudyBlock[], report: Report): void {
  studies.forEach(({ name, nameSpan }, k) => {
    const first = studies.findIndex((study) => study.name === name);
    if (first === k) return;
    const hint = `the first is at ${placeOf(studies[first]!.nameSpan)}`;
    report(diagnostic('EFT501', nameSpan, { name }, hint));
  });
}
