/** Pass 4: the table of declared names. Parameters are not declared: they are the free names of the model. */
import { diagnostic } from '../diagnostics/catalogue.ts';
import { suggest } from '../diagnostics/suggest.ts';
import { NAMED_ACTIVATIONS, PARAMETRIC_ACTIVATIONS } from '../theory/activations.ts';
import type { Span } from '../diagnostics/span.ts';
import type { Equation, Expression, Identifier } from '../grammar/syntax.ts';
import type { Declarations } from './collectDeclarations.ts';
import { placeOf } from './excerpts.ts';
import type { Report } from './host.ts';
import { equationsOf, type ArchitectureParts } from './readArchitecture.ts';
import { SCALAR_FUNCTIONS } from './scalarExpression.ts';
import { indexedNodes } from './walk.ts';

export type NameKind =
  | 'input'
  | 'dimension'
  | 'width'
  | 'depth'
  | 'field'
  | 'function'
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
  function: 'a function of pre-activations',
  slot: 'an activation',
  activation: 'an activation',
  group: 'a group of parameters',
  observable: 'an observable',
  'defined-field': 'a field',
};

/** What the pre-activation of most networks is called. */
const FIELD = 'z';

/** The pre-activations of a block; `z` where the layer equations are too broken to tell. */
export function preActivations(names: Names): readonly string[] {
  const declared = namesOf(names, 'field');
  return declared.length > 0 ? declared : [FIELD];
}

/** The field a label names, which networks with `z` alone leave out. */
export function fieldLabel(names: Names, field: string): string | undefined {
  const [only, ...more] = preActivations(names);
  return more.length === 0 && only === FIELD ? undefined : field;
}

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
  parts: ArchitectureParts,
  declare: (kind: NameKind, name: Identifier) => void,
): void {
  const { input, width, depth, slots, layer, firstLayer } = parts;
  if (input) {
    declare('input', input.name);
    declare('dimension', input.dimension);
  }
  if (width) declare('width', width.name);
  if (depth) declare('depth', depth.name);
  slots.forEach(({ name }) => declare('slot', name));
  const blocks = [firstLayer, layer].filter((block) => block !== undefined);
  declareLefts(
    'field',
    blocks.map((block) => block.preActivations),
  );
  declareLefts(
    'function',
    blocks.map((block) => block.functions),
  );

  /** Each name once, though both kinds of layers define it; twice in one of them is a mistake. */
  function declareLefts(kind: NameKind, lists: readonly (readonly Equation[])[]): void {
    const [first = [], second = []] = lists;
    const known = new Set(first.map(({ left }) => left.name.name));
    [...first, ...second.filter(({ left }) => !known.has(left.name.name))].forEach(({ left }) =>
      declare(kind, left.name),
    );
  }
}

/** The indexed names of the layer equations that are no field, each where it occurs first. */
function groupsOf(parts: ArchitectureParts): readonly Identifier[] {
  const equations = equationsOf(parts);
  const others = new Set([FIELD, parts.input?.name.name, ...equations.map(({ left }) => left.name.name)]);
  const groups = new Map<string, Identifier>();
  for (const { name } of equations.flatMap(({ right }) => indexedNodes(right)))
    if (!others.has(name.name) && !groups.has(name.name)) groups.set(name.name, name);
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
