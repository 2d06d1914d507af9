/** Pass 4: the table of declared names. Parameters are not declared: they are the free names of the model. */
import { diagnostic } from '../diagnostics/catalogue.ts';
import { suggest } from '../diagnostics/suggest.ts';
import { NAMED_ACTIVATIONS, PARAMETRIC_ACTIVATIONS } from '../theory/activations.ts';
import type { Span } from '../diagnostics/span.ts';
import type { Expression, Identifier } from '../grammar/syntax.ts';
import type { Declarations } from './collectDeclarations.ts';
import { placeOf } from './excerpts.ts';
import type { Report } from './host.ts';
import type { ArchitectureParts } from './readArchitecture.ts';
import { SCALAR_FUNCTIONS } from './scalarExpression.ts';
import { indexedNodes } from './walk.ts';

export type NameKind =
  | 'input'
  | 'dimension'
  | 'width'
  | 'depth'
  | 'field'
  | 'slot'
  | 'activation'
  | 'group'
  | 'observable'
  | 'defined-field';

export interface DeclaredName {
  readonly kind: NameKind;
  readonly span: Span;
}

export type Names = ReadonlyMap<string, DeclaredName>;

const DESCRIPTIONS: { readonly [K in NameKind]: string } = {
  input: 'the input',
  dimension: 'the dimension of the input',
  width: 'the width',
  depth: 'the depth',
  field: 'the pre-activation',
  slot: 'an activation',
  activation: 'an activation',
  group: 'a group of parameters',
  observable: 'an observable',
  'defined-field': 'a field',
};

/** The field that the layer equations define. */
export const FIELD = 'z';

/** Names with a meaning everywhere. */
export const BUILT_IN: ReadonlySet<string> = new Set([
  ...SCALAR_FUNCTIONS.keys(),
  ...NAMED_ACTIVATIONS.keys(),
  ...PARAMETRIC_ACTIVATIONS.keys(),
  ...['pi', 'fan_in', 'samples', 'normal'],
]);

export function declareNames(
  { definitions, observables, fields }: Declarations,
  parts: ArchitectureParts | undefined,
  report: Report,
): Names {
  const names = new Map<string, DeclaredName>();
  const declare = (kind: NameKind, { name, span }: Identifier): void => {
    const first = names.get(name);
    if (first) {
      const hint = `first declared as ${DESCRIPTIONS[first.kind]} at ${placeOf(first.span)}`;
      report(diagnostic('EFT202', span, { name }, hint));
    } else if (BUILT_IN.has(name)) report(diagnostic('EFT204', span, { name }, 'choose another name'));
    names.set(name, first ?? { kind, span });
  };
  if (parts) declareArchitecture(parts, declare);
  definitions.forEach(({ name }) => declare('activation', name));
  observables.forEach(({ left }) => declare('observable', left.name));
  fields.forEach(({ left }) => declare('defined-field', left.name));
  if (parts) groupsOf(parts).forEach((name) => declare('group', name));
  return names;
}

function declareArchitecture(
  { input, width, depth, slots, layer, firstLayer }: ArchitectureParts,
  declare: (kind: NameKind, name: Identifier) => void,
): void {
  if (input) {
    declare('input', input.name);
    declare('dimension', input.dimension);
  }
  if (width) declare('width', width.name);
  if (depth) declare('depth', depth.name);
  slots.forEach(({ name }) => declare('slot', name));
  const field = [firstLayer, layer].find((equation) => equation?.left.name.name === FIELD);
  if (field) declare('field', field.left.name);
}

/** The indexed names of the layer equations that are no field, each where it occurs first. */
function groupsOf({ firstLayer, layer, input }: ArchitectureParts): readonly Identifier[] {
  const nodes = [firstLayer, layer].flatMap((equation) => (equation ? indexedNodes(equation.right) : []));
  const groups = new Map<string, Identifier>();
  for (const { name } of nodes)
    if (name.name !== FIELD && name.name !== input?.name.name && !groups.has(name.name))
      groups.set(name.name, name);
  return [...groups.values()];
}

/** Reports a name that stands where something else is expected. */
export function reportWrongKind(
  names: Names,
  { name, span }: Identifier,
  expected: string,
  report: Report,
  hint?: string,
): void {
  const known = names.get(name);
  const actual = known ? DESCRIPTIONS[known.kind] : 'a function';
  report(diagnostic('EFT203', span, { name, actual, expected }, hint));
}

/** Reports a name nobody knows, with the nearest known ones. */
export function reportUnknown(
  what: string,
  { name, span }: Identifier,
  known: Iterable<string>,
  report: Report,
  otherwise?: string,
): void {
  report(diagnostic('EFT201', span, { what, name }, suggest(name, known) ?? otherwise));
}

/** ``the observables are `G`, `V` ``; nothing when there are none. */
export function listed(introduction: string, names: readonly string[]): string | undefined {
  const quoted = names.map((name) => `\`${name}\``).join(', ');
  return names.length === 0 ? undefined : `${introduction} ${quoted}`;
}

/** The declared names of some kinds. */
export function namesOf(names: Names, ...kinds: readonly NameKind[]): string[] {
  return [...names].filter(([, { kind }]) => kinds.includes(kind)).map(([name]) => name);
}

export type ExpressionOf<K extends Expression['kind']> = Extract<Expression, { kind: K }>;
