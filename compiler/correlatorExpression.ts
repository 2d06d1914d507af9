/** `<z[i,a] z[i,b]>`, `<H[i,i;a,b] H[j,j;c,d]>_c`: correlators of fields with their neurons and samples. */
import { diagnostic } from '../diagnostics/catalogue.ts';
import { Z } from '../theory/field.ts';
import type { CorrelatorField, ObservableExpression, SampleReference } from '../theory/model.ts';
import type {
  CorrelatorExpression,
  CorrelatorFactor,
  Identifier,
  Index,
  IndexedExpression,
} from '../grammar/syntax.ts';
import type { DefinedField } from './defineFields.ts';
import { textOf } from './excerpts.ts';
import type { Report } from './host.ts';
import { fieldLabel, listed, namesOf, preActivations, reportUnknown, reportWrongKind } from './names.ts';
import { fieldText, readSample, sameGroups, type ObservableScope } from './observableScope.ts';

export const MAX_POINTS = 12;

/** Neurons are numbered by their first occurrence. Undefined after reporting what is unsound. */
export function toCorrelator(
  node: CorrelatorExpression,
  scope: ObservableScope,
): ObservableExpression | undefined {
  if (!scope.samples) {
    const hint = 'name it in an `observable` block and write its name here';
    scope.report(diagnostic('EFT220', node.span, { what: 'a correlator' }, hint));
    return undefined;
  }
  const points = node.factors.reduce((sum, factor) => sum + factor.power * nodeCount(factor, scope), 0);
  if (points > MAX_POINTS) {
    scope.report(diagnostic('EFT408', node.span, { points, limit: MAX_POINTS }));
    return undefined;
  }
  const factors = node.factors.map((factor) => readFactor(factor, scope));
  const known = factors.filter((factor) => factor !== undefined);
  if (known.length < factors.length) return undefined;
  const nodes = known.flatMap((factor) => factor.nodes);
  const neurons = [...new Map(nodes.map(({ neuron }) => [neuron.name, neuron])).values()];
  if (!checkApart(neurons, scope)) return undefined;
  const letters = neurons.map(({ name }) => name);
  const fields = known.flatMap(({ field, nodes: places, power }) =>
    Array.from({ length: power }, (): CorrelatorField => ({
      field,
      nodes: places.map(({ neuron, ...place }) => ({ neuron: letters.indexOf(neuron.name), ...place })),
    })),
  );
  return { kind: 'correlator', connected: node.connected, fields };
}

function nodeCount({ field }: CorrelatorFactor, { fields }: ObservableScope): number {
  return fields.get(field.name.name)?.nodes.length ?? 1;
}

interface ReadFactor {
  readonly field: CorrelatorField['field'];
  readonly nodes: readonly {
    readonly of?: string;
    readonly neuron: Identifier;
    readonly sample: SampleReference;
  }[];
  readonly power: number;
}

function readFactor({ field, power }: CorrelatorFactor, scope: ObservableScope): ReadFactor | undefined {
  const { names, fields, report } = scope;
  const { name } = field.name;
  if (preActivations(names).includes(name)) {
    const node = readPreActivation(field, scope);
    return node && { field: Z, nodes: [node], power };
  }
  const defined = fields.get(name);
  if (defined) {
    const nodes = readNodes(field, defined, scope);
    return nodes && { field: defined.shape, nodes, power };
  }
  const others = [...preActivations(names), ...namesOf(names, 'defined-field')];
  const otherwise =
    others.length === 1
      ? `a correlator is made of pre-activations: \`${others[0]}[i,a]\``
      : listed('the fields are', others);
  if (!names.has(name)) reportUnknown('field', field.name, others, report, otherwise);
  else if (!fields.has(name))
    reportWrongKind(names, field.name, `the pre-activation \`${others[0]}\` or another field`, report);
  return undefined;
}

/** `z[i,a]` */
function readPreActivation(
  field: IndexedExpression,
  scope: ObservableScope,
): ReadFactor['nodes'][number] | undefined {
  const [neuron, at, ...more] = field.groups.flat();
  if (!neuron || !at || more.length > 0 || field.groups.length > 1) {
    const { name } = field.name;
    const parameters = { name, expected: 'a neuron and a sample', found: `\`${textOf(field.span)}\`` };
    scope.report(diagnostic('EFT303', field.span, parameters, `for example \`${name}[i,a]\``));
    return undefined;
  }
  const place = { field, hint: `a field is \`${field.name.name}[neuron, sample]\`` };
  const own = readNeuron(neuron, place, scope);
  const sample = own && readSampleIn(at, place, scope);
  const of = fieldLabel(scope.names, field.name.name);
  return sample && { neuron: own, sample, ...(of === undefined ? {} : { of }) };
}

/** `H[i,j;a,b]`: the indices put where the definition of the field has them. */
function readNodes(
  field: IndexedExpression,
  defined: DefinedField,
  scope: ObservableScope,
): ReadFactor['nodes'] | undefined {
  if (!sameGroups(field, [defined.neurons, defined.samples], scope, fieldText)) return undefined;
  const [neuronIndices, sampleIndices] = field.groups as [readonly Index[], readonly Index[]];
  const place = { field, hint: 'the neurons of a field stand before its samples' };
  const neurons = neuronIndices.map((index) => readNeuron(index, place, scope));
  const samples = sampleIndices.map((index) => readSampleIn(index, place, scope));
  if ([...neurons, ...samples].includes(undefined)) return undefined;
  scope.unrated.forEach((group) => reportUnrated(group, field, scope));
  return defined.nodes.map(({ neuron, sample, ...node }) => ({
    ...node,
    neuron: neurons[neuron]!,
    sample: typeof sample === 'number' ? samples[sample]! : sample,
  }));
}

function reportUnrated(name: string, { span }: IndexedExpression, { reportOnce }: ObservableScope): void {
  const hint = `a field sums over all parameters: add \`learning_rate ${name} = ...\` to the prior, 0 to leave them out`;
  reportOnce(diagnostic('EFT438', span, { name }, hint));
}

interface Place {
  readonly field: IndexedExpression;
  readonly hint: string;
}

function readNeuron(
  index: Index,
  { hint }: Place,
  { samples, report }: ObservableScope,
): Identifier | undefined {
  if (index.kind === 'index-number')
    report(diagnostic('EFT314', index.span, { number: index.value }, 'all neurons of a layer are alike'));
  else if (samples?.has(index.name)) reportKind(index, 'samples', 'neurons', hint, report);
  else return index;
  return undefined;
}

function readSampleIn(index: Index, place: Place, scope: ObservableScope): SampleReference | undefined {
  const neuron = index.kind === 'index-name' && !scope.samples?.has(index.name);
  if (!neuron || !isNeuron(index.name, place.field, scope)) return readSample(index, scope);
  reportKind(index, 'neurons', 'samples', place.hint, scope.report);
  return undefined;
}

/** Whether a letter in a sample's place is one that the constraints use for neurons, or a neuron of the same field. */
function isNeuron(
  letter: string,
  { name, groups }: IndexedExpression,
  { names, apart }: ObservableScope,
): boolean {
  const [group = []] = groups;
  const neurons = preActivations(names).includes(name.name) ? group.slice(0, 1) : group;
  return (
    apart.flat().includes(letter) ||
    neurons.some((neuron) => neuron.kind === 'index-name' && neuron.name === letter)
  );
}

function reportKind(
  { name, span }: Extract<Index, { kind: 'index-name' }>,
  actual: string,
  expected: string,
  hint: string,
  report: Report,
): void {
  report(diagnostic('EFT304', span, { index: name, actual, expected }, hint));
}

/** Different letters are different neurons only where the definition says so. */
function checkApart(neurons: readonly Identifier[], { apart, report }: ObservableScope): boolean {
  const said = new Set(apart.flatMap(([a, b]) => [`${a} ${b}`, `${b} ${a}`]));
  let sound = true;
  neurons.forEach((second, k) => {
    for (const first of neurons.slice(0, k)) {
      if (said.has(`${first.name} ${second.name}`)) continue;
      const hint = `add \`where ${first.name} != ${second.name}\`, or use one letter`;
      report(diagnostic('EFT307', second.span, { first: first.name, second: second.name }, hint));
      sound = false;
    }
  });
  return sound;
}
