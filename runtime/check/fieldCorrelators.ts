/**
 * Correlators of any fields as statistics of real networks.
 *
 * A correlator is a combination, over the set partitions of its fields, of products of expectations. Each expectation is that of the product
 * of the fields of one part, and in every network that product is averaged over all ways to put its neuron letters on
 * distinct neurons of the last layer, which are exchangeable: that average is a *block*, the random variable measured.
 *
 * Given the layers below, the neurons of the last layer are independent. So where both nodes on a neuron are those of one H, or are two z, and
 * nothing else is there, that factor is replaced by its conditional mean: the average over its parameters, done exactly. The same goes for two
 * neurons that two H join, or one H and a z on each.
 */
import { NTK, permutations, Z, type FieldShape } from '../../theory/field.ts';
import type { CorrelatorField, CorrelatorNode } from '../../theory/model.ts';
import { moebius, setPartitions } from '../partitions.ts';
import { MEAN_OF_H, MEAN_OF_HH, MEAN_OF_ZZ, MEAN_OF_ZZH } from '../simulate/conditionalMeans.ts';
import { fieldIndex } from '../simulate/networkPlan.ts';
import { resolveSample } from './correlators.ts';

/** `sum of weight * product of E[block]`. */
export interface FieldStatistic {
  readonly kind: 'fields';
  /** Equal keys mean equal quantities. */
  readonly key: string;
  readonly products: readonly { readonly weight: number; readonly blocks: readonly Block[] }[];
}

/** The average over distinct neurons of a product of fields; letters are counted from 0. */
export interface Block {
  readonly key: string;
  readonly letters: number;
  readonly fields: readonly PlacedField[];
}

export interface PlacedField {
  readonly field: FieldShape;
  readonly letters: readonly number[];
  readonly samples: readonly number[];
}

/** What the nodes of a correlator stand for. */
export interface Places {
  /** The sample (from 0) of each index letter. */
  readonly bound: ReadonlyMap<string, number>;
  /** M */
  readonly samples: number;
  /** The pre-activations of a block; none where there is z alone. */
  readonly names: readonly string[];
}

/**
 * `even`: expectations with an odd number of nodes on some neuron vanish, so they
 * are left out (flip the sign of all parameters that feed a neuron of the last layer); not so where a skip connection feeds it too.
 * With the last layer `sampled` no average over its parameters is done exactly.
 */
export function fieldStatistic(
  fields: readonly CorrelatorField[],
  connected: boolean,
  places: Places,
  even: boolean,
  lastLayer: 'averaged' | 'sampled' = 'averaged',
): FieldStatistic {
  const placed = fields.map(({ field, nodes }): PlacedField => ({
    field,
    letters: nodes.map((node) => letterOf(node, places)),
    samples: nodes.map(
      (node) => fieldIndex(places.names, node.of) * places.samples + resolveSample(node.sample, places.bound),
    ),
  }));
  const partitions = connected ? setPartitions(placed) : [[placed]];
  const products = partitions
    .filter((parts) => (even ? parts.every(isEven) : !parts.some(hasNoMean)))
    .map((parts) => ({
      weight: moebius(parts.length),
      blocks: parts.map((part) =>
        canonicalBlock(
          lastLayer === 'sampled' ? part : averageLastLayer(part, even, places.names.length === 0),
        ),
      ),
    }));
  const joint = connected && fields.length > 1;
  const key = `${joint ? 'c' : 'm'}<${canonicalBlock(placed).key}>`;
  return { kind: 'fields', key: lastLayer === 'sampled' ? `sampled ${key}` : key, products };
}

/**
 * Different pre-activations of a neuron are as independent, given the layers below, as different neurons are: so they have letters
 * of their own.
 */
function letterOf({ neuron, of }: CorrelatorNode, { names }: Places): number {
  return neuron * Math.max(1, names.length) + fieldIndex(names, of);
}

/**
 * One z, or two of different neurons: what each layer adds to a neuron has mean zero given the layers below, independently of what it
 * adds to others.
 */
function hasNoMean(fields: readonly PlacedField[]): boolean {
  const letters = new Set(fields.flatMap((one) => one.letters));
  return (
    fields.every(({ field }) => field.name === Z.name) && fields.length <= 2 && letters.size === fields.length
  );
}

function isEven(fields: readonly PlacedField[]): boolean {
  const letters = fields.flatMap((one) => one.letters);
  return letters.every((letter) => letters.filter((other) => other === letter).length % 2 === 0);
}

/** `alike`: the conditional means are the same for every neuron, so that they need none. */
function averageLastLayer(
  fields: readonly PlacedField[],
  alike: boolean,
  single: boolean,
): readonly PlacedField[] {
  const pairs = alike && single ? averagePairs(fields) : fields;
  return averageNeurons(pairs, alike);
}

/** `<H_ij H_ij>` and `<z_i z_j H_ij>` of neurons where nothing else is. */
function averagePairs(fields: readonly PlacedField[]): readonly PlacedField[] {
  const joining = fields.find(({ field, letters: [i, j] }) => field.name === NTK.name && i !== j);
  if (!joining) return fields;
  const [i, j] = joining.letters as [number, number];
  const there = fields.filter(({ letters }) => letters.includes(i) || letters.includes(j));
  const others = there.filter((one) => one !== joining);
  const mean = others.length === 1 ? meanOfTwo(joining, others[0]!) : meanOfThree(joining, others);
  return mean ? [...fields.filter((one) => !there.includes(one)), mean] : fields;
}

function meanOfTwo(joining: PlacedField, other: PlacedField): PlacedField | undefined {
  const [i, j] = joining.letters;
  if (other.field.name !== NTK.name) return undefined;
  const [p, q] = other.letters;
  const [c, d] = other.samples as [number, number];
  if (p === i && q === j) return { field: MEAN_OF_HH, letters: [], samples: [...joining.samples, c, d] };
  if (p === j && q === i) return { field: MEAN_OF_HH, letters: [], samples: [...joining.samples, d, c] };
  return undefined;
}

function meanOfThree(joining: PlacedField, others: readonly PlacedField[]): PlacedField | undefined {
  if (others.length !== 2 || others.some(({ field }) => field.name !== Z.name)) return undefined;
  const [first, second] = joining.letters.map((letter) =>
    others.find(({ letters }) => letters[0] === letter),
  );
  if (!first || !second) return undefined;
  return {
    field: MEAN_OF_ZZH,
    letters: [],
    samples: [first.samples[0]!, second.samples[0]!, ...joining.samples],
  };
}

function averageNeurons(fields: readonly PlacedField[], alike: boolean): readonly PlacedField[] {
  const nodes = fields.flatMap((one) => one.letters);
  const alone = [...new Set(nodes)].filter(
    (letter) => nodes.filter((other) => other === letter).length === 2,
  );
  return alone.reduce((current, letter) => {
    const there = current.filter((one) => one.letters.includes(letter));
    const means = there.length === 2 ? Z.name : NTK.name;
    if (there.some(({ field }) => field.name !== means)) return current;
    const mean = {
      field: there.length === 2 ? MEAN_OF_ZZ : MEAN_OF_H,
      letters: alike ? [] : [letter, letter],
      samples: there.flatMap(({ samples }) => samples),
    };
    return [...current.filter((one) => !there.includes(one)), mean];
  }, fields);
}

/** Of all ways to write a product of fields, the one whose text comes first. */
function canonicalBlock(fields: readonly PlacedField[]): Block {
  const byShape = fields.toSorted((p, q) =>
    p.field.name < q.field.name ? -1 : Number(p.field.name > q.field.name),
  );
  const orders = orderings(byShape).flatMap((order) => turned(order).map(relabelled));
  return orders.reduce((first, next) => (next.key < first.key ? next : first));
}

/** Fields of the same shape in any order, the shapes in that of their names. */
function orderings(sorted: readonly PlacedField[]): readonly (readonly PlacedField[])[] {
  const names = [...new Set(sorted.map(({ field }) => field.name))];
  return names
    .map((name) => permutations(sorted.filter(({ field }) => field.name === name)))
    .reduce<readonly (readonly PlacedField[])[]>(
      (all, choices) => all.flatMap((head) => choices.map((tail) => [...head, ...tail])),
      [[]],
    );
}

/** Each field with its nodes renumbered by any symmetry of its graph. */
function turned(fields: readonly PlacedField[]): readonly (readonly PlacedField[])[] {
  return fields.reduce<readonly (readonly PlacedField[])[]>(
    (all, one) => all.flatMap((head) => symmetricForms(one).map((form) => [...head, form])),
    [[]],
  );
}

export function symmetricForms(one: PlacedField): readonly PlacedField[] {
  return one.field.automorphisms.map((from) => ({
    field: one.field,
    letters: one.letters.length === 0 ? [] : from.map((node) => one.letters[node]!),
    samples: from.map((node) => one.samples[node]!),
  }));
}

/** Letters numbered as they are met. */
function relabelled(fields: readonly PlacedField[]): Block {
  const met: number[] = [];
  const place = (letter: number): number => {
    if (!met.includes(letter)) met.push(letter);
    return met.indexOf(letter);
  };
  const renamed = fields.map((one) => ({ ...one, letters: one.letters.map(place) }));
  const key = renamed.map(textOf).join(' ');
  return { key, letters: met.length, fields: renamed };
}

export function textOf({ field, letters, samples }: PlacedField): string {
  return `${field.name}[${letters.join(',')};${samples.join(',')}]`;
}
