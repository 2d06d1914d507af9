/**
 * Pass 8: fields that the file defines, such as the tangent kernel, -> their graphs. A field is a product of derivatives of
 * pre-activations by parameters, each parameter summed over with its learning rate: every derivative is a node, every summed
 * parameter an edge between the two slots it stands in (theory/field.ts).
 */
import { diagnostic } from '../diagnostics/catalogue.ts';
import { fieldShape, type Edge, type FieldShape } from '../theory/field.ts';
import type { SampleReference } from '../theory/model.ts';
import type { Span } from '../diagnostics/span.ts';
import type { Identifier, ObservableDefinition, SummedIndex } from '../grammar/syntax.ts';
import { isStandard, textOf } from './excerpts.ts';
import { readContraction, type Contraction, type Derivative } from './fieldExpression.ts';
import { eachOnce, type Report } from './host.ts';
import { lettersOf } from './indexLetters.ts';
import type { Names } from './names.ts';

/** The nodes of a field can be numbered in so many factorial ways, all of which are compared. */
export const MAX_NODES = 6;
export const MAX_SUMMED = 5;
/** The chain rule turns a derivative into as many terms as its parameters can be put into groups. */
export const MAX_DEGREE = 4;

/** A field by the indices of its left side. */
export interface DefinedField {
  readonly shape: FieldShape;
  /** How many neurons and samples its left side carries. */
  readonly neurons: number;
  readonly samples: number;
  /** The nodes of the shape: which of the neurons each is on, and which of the samples, or a fixed one. */
  readonly nodes: readonly DefinedNode[];
}

export interface DefinedNode {
  /** The pre-activation, where there are others than `z`. */
  readonly of?: string;
  readonly neuron: number;
  readonly sample: number | SampleReference;
}

/** By name; undefined for a definition that is unsound and has been reported. */
export type DefinedFields = ReadonlyMap<string, DefinedField | undefined>;

export function defineFields(
  definitions: readonly ObservableDefinition[],
  names: Names,
  report: Report,
): DefinedFields {
  const fields = new Map<string, DefinedField | undefined>();
  const once = firstOfStandard(report);
  for (const definition of definitions) {
    const { name } = definition.left.name;
    if (!fields.has(name)) fields.set(name, defineField(definition, names, eachOnce(once)));
  }
  return fields;
}

/** A standard file is sound: if it does not fit the model, one message says all. */
function firstOfStandard(report: Report): Report {
  const seen = new Set<string>();
  return (message) => {
    const { file } = message.span;
    if (isStandard(message.span) && seen.has(file.name)) return;
    seen.add(file.name);
    report(message);
  };
}

function defineField(
  definition: ObservableDefinition,
  names: Names,
  report: Report,
): DefinedField | undefined {
  const { left, right, constraints } = definition;
  if (constraints[0]) {
    const hint = 'a field has all its components; neurons are kept apart where it is used';
    report(diagnostic('EFT220', constraints[0].span, { what: '`where`' }, hint));
    return undefined;
  }
  const contraction = readContraction(right, names, report);
  if (!contraction) return undefined;
  if (!isWithinLimits(contraction, left.span, report)) return undefined;
  const sides = contraction.derivatives.length > 0 && readLeft(definition, contraction, report);
  const edges = readEdges(contraction, report);
  if (!sides || !edges) return undefined;
  const { derivatives } = contraction;
  if (!isConnected(derivatives.length, edges)) {
    const hint = 'define each of them, and multiply them in a correlator: `<H[i,i;a,b] H[j,j;c,d]>`';
    report(diagnostic('EFT325', right.span, { name: left.name.name }, hint));
    return undefined;
  }
  const { shape, order } = fieldShape(derivatives.length, edges);
  const nodes = order.map((given) => placeNode(derivatives[given]!, sides));
  return { shape, neurons: sides.neurons.length, samples: sides.samples.length, nodes };
}

function isWithinLimits({ derivatives, summed }: Contraction, span: Span, report: Report): boolean {
  const degree = Math.max(...derivatives.map(({ by }) => by.length));
  const sizes = [
    { what: 'derivatives', count: derivatives.length, limit: MAX_NODES },
    { what: 'summed parameters', count: summed.length, limit: MAX_SUMMED },
    { what: 'parameters in one derivative', count: degree, limit: MAX_DEGREE },
  ];
  const over = sizes.find(({ count, limit }) => count > limit);
  if (over) report(diagnostic('EFT326', span, over));
  return !over;
}

/** The letters of the left side. */
interface Sides {
  readonly neurons: readonly string[];
  readonly samples: readonly string[];
}

function placeNode({ of, neuron, sample }: Derivative, { neurons, samples }: Sides): DefinedNode {
  const at = sample.kind === 'index-number' ? { sample: sample.value - 1 } : samples.indexOf(sample.name);
  return { neuron: neurons.indexOf(neuron.name), sample: at, ...(of === undefined ? {} : { of }) };
}

/** The neurons and samples of the left side: all different, and the same as those on the right. */
function readLeft(
  { left }: ObservableDefinition,
  { derivatives, summed }: Contraction,
  report: Report,
): Sides | undefined {
  const used = {
    neurons: distinct(derivatives.map(({ neuron }) => neuron.name)),
    samples: distinct(derivatives.flatMap(({ sample }) => lettersOf([sample]))),
  };
  const [neurons = [], samples = [], ...more] = left.groups;
  const letters = [lettersOf(neurons), lettersOf(samples)] as const;
  const swapped = letters[0].some(
    (letter) => used.samples.includes(letter) && !used.neurons.includes(letter),
  );
  if (samples.length === 0 || more.length > 0 || swapped) {
    const expected = `${left.name.name}[${used.neurons.join(',')};${used.samples.join(',')}]`;
    report(diagnostic('EFT320', left.span, { expected, found: textOf(left.span) }));
    return undefined;
  }
  const parameters = new Set(summed.map(({ name }) => name));
  const problems = [
    ...leftProblems([...neurons, ...samples], parameters, report),
    ...unusedOnTheLeft(neurons, used.neurons, report),
    ...unusedOnTheLeft(samples, used.samples, report),
    ...derivatives.flatMap((derivative) => unboundIn(derivative, letters, report)),
  ];
  return problems.length === 0 ? { neurons: letters[0], samples: letters[1] } : undefined;
}

type Indices = ObservableDefinition['left']['groups'][number];

function leftProblems(indices: Indices, parameters: ReadonlySet<string>, report: Report): Span[] {
  const seen = new Set<string>();
  return indices.flatMap((index) => {
    if (index.kind === 'index-number') {
      report(
        diagnostic(
          'EFT220',
          index.span,
          { what: `the number ${index.value}` },
          'a field is defined by letters',
        ),
      );
      return [index.span];
    }
    const twice = seen.has(index.name) || parameters.has(index.name);
    if (twice) report(diagnostic('EFT302', index.span, { index: index.name }));
    seen.add(index.name);
    return twice ? [index.span] : [];
  });
}

function unusedOnTheLeft(indices: Indices, used: readonly string[], report: Report): Span[] {
  return indices.flatMap((index) => {
    if (index.kind === 'index-number' || used.includes(index.name)) return [];
    report(diagnostic('EFT305', index.span, { index: index.name }));
    return [index.span];
  });
}

function unboundIn(
  { neuron, sample }: Derivative,
  [neurons, samples]: readonly [readonly string[], readonly string[]],
  report: Report,
): Span[] {
  const check = (
    index: Identifier,
    known: readonly string[],
    others: readonly string[],
    kinds: [string, string],
  ) => {
    if (known.includes(index.name)) return [];
    const [actual, expected] = kinds;
    const parameters = { index: index.name, actual, expected };
    if (others.includes(index.name))
      report(diagnostic('EFT304', index.span, parameters, 'a pre-activation is `z[neuron, sample]`'));
    else report(diagnostic('EFT301', index.span, { index: index.name }, 'it does not occur on the left'));
    return [index.span];
  };
  return [
    ...check(neuron, neurons, samples, ['samples', 'neurons']),
    ...(sample.kind === 'index-number' ? [] : check(sample, samples, neurons, ['neurons', 'samples'])),
  ];
}

/** The nodes each summed parameter joins. */
function readEdges({ summed, derivatives, rates }: Contraction, report: Report): Edge[] | undefined {
  const edges = summed.flatMap((parameter): Edge[] => {
    const slots = derivatives.flatMap(({ by }, node) =>
      by.flatMap(({ name }) => (name === parameter.name ? [node] : [])),
    );
    const weights = rates.filter(({ name }) => name === parameter.name).length;
    return isSound(parameter, slots.length, weights, report) ? [[slots[0]!, slots[1]!]] : [];
  });
  return edges.length === summed.length ? edges : undefined;
}

function isSound({ name, span }: SummedIndex, slots: number, weights: number, report: Report): boolean {
  if (slots === 0 && weights === 0) report(diagnostic('EFT306', span, { index: name }));
  else if (slots !== 2) {
    const hint = `it joins two derivatives: \`rate(${name}) * d(z[i,a], ${name}) * d(z[j,b], ${name})\``;
    report(diagnostic('EFT323', span, { name, times: times(slots) }, hint));
  } else if (weights !== 1) {
    const hint = weights === 0 ? `multiply by \`rate(${name})\`, its learning rate` : undefined;
    report(diagnostic('EFT324', span, { name, times: times(weights) }, hint));
  }
  return slots === 2 && weights === 1;
}

function times(count: number): string {
  return ['never', 'once', 'twice'][count] ?? `${count} times`;
}

function isConnected(nodes: number, edges: readonly Edge[]): boolean {
  let reached = new Set([0]);
  for (let size = 0; size < reached.size;) {
    size = reached.size;
    const met = edges.filter((edge) => edge.some((node) => reached.has(node))).flat();
    reached = new Set([...reached, ...met]);
  }
  return reached.size === nodes;
}

function distinct(letters: readonly string[]): string[] {
  return [...new Set(letters)];
}
