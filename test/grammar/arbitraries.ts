/** Random syntax trees and random layouts of their text. */
import fc from 'fast-check';
import { scan } from '../../grammar/scan.ts';
import type * as tree from '../../grammar/syntax.ts';

const file = { name: 'random.eft', text: '' };
const span = { file, start: 0, end: 0 };

const letters = fc.constantFrom(
  'a',
  'b',
  'i',
  'j',
  'z',
  'n',
  'L',
  'C_W',
  'x1',
  'phi',
  'at',
  'flow',
  'prior',
  'eft',
  'in',
  'parameters',
  'learning_rate',
  'large',
  'standard',
);
const name = fc.oneof(letters, fc.constantFrom('sigma', 'V', 'where', 'seed', 'layer', 'd', 'sums', 'e1'));
const identifier: fc.Arbitrary<tree.Identifier> = name.map((text) => ({ name: text, span }));
const numberText = fc.oneof(fc.nat(1000).map(String), fc.constantFrom('0.1', '1e-3', '2.5E+2', '007', '3.0'));
const number: fc.Arbitrary<tree.NumberExpression> = numberText.map((text) => ({
  kind: 'number',
  text,
  span,
}));
const text = fc
  .oneof(fc.string({ unit: 'grapheme', maxLength: 8 }), fc.constantFrom('a "b" \\ c', '#{', 'σ'))
  .map((raw) => raw.replace(/[\r\n]/g, ' '));

const index: fc.Arbitrary<tree.Index> = fc.oneof(
  name.map((text) => ({ kind: 'index-name' as const, name: text, span })),
  fc.integer({ min: 1, max: 9 }).map((value) => ({ kind: 'index-number' as const, value, span })),
);
const some = <T>(one: fc.Arbitrary<T>, maxLength = 3): fc.Arbitrary<T[]> =>
  fc.array(one, { minLength: 1, maxLength });
const field: fc.Arbitrary<tree.IndexedExpression> = fc.record({
  kind: fc.constant('indexed' as const),
  name: identifier,
  groups: some(some(index), 2),
  span: fc.constant(span),
});
const correlator: fc.Arbitrary<tree.CorrelatorExpression> = fc.record({
  kind: fc.constant('correlator' as const),
  factors: some(fc.record({ field, power: fc.integer({ min: 1, max: 4 }), span: fc.constant(span) }), 4),
  connected: fc.boolean(),
  span: fc.constant(span),
});

const summedIndex = fc
  .tuple(identifier, fc.constantFrom('neurons' as const, 'parameters' as const))
  .map(([index_, range]): tree.SummedIndex => ({ ...index_, range }));

export const expression = fc.letrec<{ expression: tree.Expression }>((tie) => {
  const inner = tie('expression');
  return {
    expression: fc.oneof(
      { maxDepth: 5, depthIdentifier: 'expression' },
      number,
      name.map((text): tree.Expression => ({ kind: 'name', name: text, span })),
      field,
      correlator,
      text.map((value): tree.Expression => ({ kind: 'string', value, span })),
      inner.map((operand): tree.Expression => ({ kind: 'negation', operand, span })),
      fc
        .tuple(fc.constantFrom('+', '-', '*', '/', '^'), inner, inner)
        .map(([operator, left, right]): tree.Expression => ({ kind: 'binary', operator, left, right, span })),
      fc
        .tuple(some(summedIndex, 2), inner)
        .map(([indices, body]): tree.Expression => ({ kind: 'sum', indices, body, span })),
      fc
        .tuple(identifier, fc.array(inner, { maxLength: 3 }))
        .map(([callee, values]): tree.Expression => ({ kind: 'call', callee, arguments: values, span })),
      fc.array(inner, { maxLength: 3 }).map((items): tree.Expression => ({ kind: 'list', items, span })),
      fc
        .tuple(
          fc.array(fc.tuple(inner, fc.constantFrom('<', '<=', '>', '>='), inner, inner), { maxLength: 2 }),
          inner,
        )
        .map(([branches, otherwise]): tree.Expression => ({
          kind: 'piecewise',
          branches: branches.map(([left, comparison, right, value]) => ({
            left,
            comparison,
            right,
            value,
            span,
          })),
          otherwise,
          span,
        })),
    ),
  };
}).expression;

const optional = <K extends string, T>(key: K, value: fc.Arbitrary<T>): fc.Arbitrary<Partial<Record<K, T>>> =>
  fc
    .option(value, { nil: undefined })
    .map((v) => (v === undefined ? {} : { [key]: v }) as Partial<Record<K, T>>);

const indexable = fc
  .tuple(identifier, optional('layerIndex', identifier))
  .map(([name_, layer]) => ({ name: name_, ...layer, span }));
const equation = fc.tuple(field, expression).map(([left, right]): tree.Equation => ({ left, right, span }));
const position: fc.Arbitrary<tree.LayerPosition> = fc.oneof(
  fc.integer({ min: 1, max: 9 }).map((offset) => ({ offset, span })),
  fc.tuple(identifier, fc.integer({ min: 0, max: 3 })).map(([base, offset]) => ({ base, offset, span })),
);
const member: fc.Arbitrary<tree.ArchitectureMember> = fc.oneof(
  fc
    .tuple(identifier, identifier, fc.boolean())
    .map(([name_, dimension, large]) => ({ kind: 'input' as const, name: name_, dimension, large, span })),
  indexable.map((rest) => ({ kind: 'width' as const, ...rest })),
  identifier.map((name_) => ({ kind: 'depth' as const, name: name_, span })),
  indexable.map((rest) => ({ kind: 'activation' as const, ...rest })),
  fc
    .tuple(position, some(equation, 2))
    .map(([at, equations]) => ({ kind: 'layer' as const, position: at, equations, span })),
);
const argument: fc.Arbitrary<tree.Argument> = fc
  .tuple(optional('name', identifier), expression)
  .map(([named, value]) => ({ ...named, value, span }));
const prior: fc.Arbitrary<tree.PriorStatement> = fc
  .tuple(identifier, identifier, fc.array(argument, { maxLength: 3 }))
  .map(([group, distribution, values]) => ({
    ...{ kind: 'distribution', group, distribution, arguments: values, span },
  }));
const learningRates: fc.Arbitrary<tree.LearningRates> = some(
  fc.tuple(identifier, expression).map(([group, value]) => ({ group, value, span })),
).map((rates) => ({ kind: 'learning-rates', rates, span }));
const constraint = fc
  .tuple(identifier, identifier)
  .map(([left, right]): tree.IndexConstraint => ({ left, right, span }));
const definition: fc.Arbitrary<tree.ObservableDefinition> = fc
  .tuple(field, expression, fc.array(constraint, { maxLength: 2 }))
  .map(([left, right, constraints]) => ({ left, right, constraints, span }));

const range = fc.tuple(identifier, number, number).map(([name_, from, to]) => ({ name: name_, from, to }));
const atWidth = fc.tuple(identifier, number).map(([name_, value]) => ({ name: name_, value }));
const axis = fc
  .tuple(identifier, expression, expression)
  .map(([name_, from, to]) => ({ name: name_, from, to, span }));
const studyStatement: fc.Arbitrary<tree.StudyStatement> = fc.oneof(
  fc.tuple(indexable, expression).map(([left, value]) => ({ kind: 'assignment' as const, ...left, value })),
  fc
    .tuple(some(identifier), identifier, some(number), number, optional('seed', number))
    .map(([observables, width, widths, networks, seed]) => ({
      ...{ kind: 'check' as const, observables, width, widths, networks, ...seed, span },
    })),
  fc
    .tuple(some(expression), optional('depth', range), optional('width', atWidth))
    .map(([quantities, depth, width]) => ({ kind: 'flow' as const, quantities, ...depth, ...width, span })),
  some(identifier).map((parameters) => ({ kind: 'find' as const, parameters, span })),
  fc.tuple(axis, axis).map((axes) => ({ kind: 'phase' as const, axes, span })),
  equation.map(({ left, right }) => ({ kind: 'expect' as const, left, right, span })),
);

const item: fc.Arbitrary<tree.Item> = fc.oneof(
  fc
    .tuple(text, fc.boolean())
    .map(([path, standard]) => ({ kind: 'import' as const, standard, path, pathSpan: span, span })),
  fc.tuple(identifier, identifier, expression).map(([name_, parameter, body]) => ({
    kind: 'activation-definition' as const,
    name: name_,
    parameter,
    body,
    span,
  })),
  fc
    .tuple(optional('name', identifier), fc.array(member, { maxLength: 5 }))
    .map(([named, members]) => ({ kind: 'architecture' as const, ...named, members, span })),
  fc
    .array(fc.oneof(prior, learningRates), { maxLength: 3 })
    .map((statements) => ({ kind: 'prior' as const, statements, span })),
  fc
    .array(definition, { maxLength: 3 })
    .map((definitions) => ({ kind: 'observable' as const, definitions, span })),
  fc.tuple(identifier, fc.nat(9)).map(([width, order]) => ({ kind: 'expand' as const, width, order, span })),
  fc.tuple(text, fc.array(studyStatement, { maxLength: 5 })).map(([title, statements]) => ({
    kind: 'study' as const,
    name: title,
    nameSpan: span,
    statements,
    span,
  })),
);

export const program: fc.Arbitrary<tree.Program> = fc
  .tuple(fc.boolean(), fc.array(item, { maxLength: 5 }))
  .map(([versioned, items]) => ({
    kind: 'program' as const,
    ...(versioned && { version: { kind: 'version' as const, version: 1, span } }),
    items,
    comments: [],
    span,
  }));

const gap = fc.oneof(
  { arbitrary: fc.constant(' '), weight: 12 },
  fc.constantFrom(
    '\n',
    '\n\n\n',
    '\t',
    '\r\n  ',
    ' # note\n',
    '\n# own line\n',
    '\n\n  # σ "x" {\n\n',
    ' #\n',
  ),
);

/** The tokens of a text with random blanks, line ends and comments between them. */
export function relaidOut(source: string): fc.Arbitrary<string> {
  const images = scan({ name: 'random.eft', text: source }).tokens.map((token) => token.image);
  return fc
    .array(gap, { minLength: images.length + 1, maxLength: images.length + 1 })
    .map((gaps) => gaps[0]! + images.map((image, i) => image + gaps[i + 1]!).join(''));
}

/** A tree without what does not count when two trees are compared. */
export function bare(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bare);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => !/^(span|nameSpan|pathSpan|comments)$/.test(key));
  return Object.fromEntries(kept.map(([key, inner]) => [key, bare(inner)]));
}
