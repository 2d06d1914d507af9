/** The parameters of a model: the names that stand free in its layer equations, priors and activations. */
import type { Expression } from '../grammar/syntax.ts';
import type { Declarations } from './collectDeclarations.ts';
import { BUILT_IN, type Names } from './names.ts';
import { equationsOf, type ArchitectureParts } from './readArchitecture.ts';
import { nodesOf } from './walk.ts';

/** Collected from the text, so that a mistake elsewhere in a prior does not make its parameters unknown. */
export function collectParameters(
  { priors, rates, definitions }: Declarations,
  parts: ArchitectureParts | undefined,
  names: Names,
): ReadonlySet<string> {
  const found = [
    ...(parts ? equationsOf(parts) : []).flatMap(({ right }) => plainNames(right)),
    ...priors.flatMap((prior) => prior.arguments.flatMap(({ value }) => plainNames(value))),
    ...rates.flatMap(({ value }) => plainNames(value)),
    ...definitions.flatMap(({ body, parameter }) =>
      plainNames(body).filter((name) => name !== parameter.name),
    ),
  ];
  return new Set(found.filter((name) => !names.has(name) && !BUILT_IN.has(name)));
}

function plainNames(expression: Expression): string[] {
  return nodesOf(expression).flatMap((node) => (node.kind === 'name' ? [node.name] : []));
}
