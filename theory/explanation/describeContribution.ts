/** How one summand of a moment came about, in words: what was contracted, which neurons coincide, which cumulants landed. */
import { couplingName } from '../couplingName.ts';
import { FUNCTION } from '../field.ts';
import { fieldOf, sampleOf } from '../label.ts';
import { textLabel } from '../notation.ts';
import { formatRational, isOneRational } from '../rational.ts';
import type {
  ContractedNode,
  Contraction,
  ContractionKind,
  LandedLeg,
  Landing,
  MomentContribution,
  NeuronCounting,
} from './explanation.ts';
import { equationSources, formatLines } from './sources.ts';

/** The parts of the sentence; `width` is the letter for the number of neurons summed over. */
export function describeMoment(moment: MomentContribution, width: string): string[] {
  return [...contractionClauses(moment.contractions), ...neuronClause(moment, width), landingClause(moment)];
}

const KINDS: Readonly<Record<ContractionKind, string>> = {
  variance: 'variance',
  cumulant: 'cumulant of its prior',
  'learning-rate': 'learning rate',
  skip: 'skip connection',
  function: 'skip connection',
};

function isField({ field }: ContractedNode): boolean {
  return field !== 'z' && field !== FUNCTION.name;
}

/** `W pairs a-b and c-d (variance, mlp.eft:15)`: alike contractions in one clause. */
function contractionClauses(contractions: readonly Contraction[]): string[] {
  const naming = contractions.some(({ nodes }) => nodes.some(isField));
  const alike = new Map<string, { by: string; tied: string[] }>();
  for (const contraction of contractions) {
    const { kind, group, nodes } = contraction;
    const verb =
      kind === 'skip' || kind === 'function'
        ? 'z carries'
        : `${group?.name ?? ''} ${nodes.length === 2 ? 'pairs' : 'ties'}`;
    const degree = kind === 'cumulant' ? `${nodes.length}th ` : '';
    const by = `(${degree}${KINDS[kind]}, ${formatLines(equationSources(contraction))})`;
    const clause = alike.get(verb + by) ?? { by, tied: [] };
    clause.tied.push(clause.tied.length === 0 ? `${verb} ${tie(nodes, naming)}` : tie(nodes, naming));
    alike.set(verb + by, clause);
  }
  return [...alike.values()].map(({ by, tied }) => `${listed(tied)} ${by}`);
}

/** `z_a`, `H_c`; the label `u.a` names its pre-activation itself. */
function nodeName({ field, sample }: ContractedNode): string {
  if (field === FUNCTION.name) return textLabel(sample);
  const named = fieldOf(sample) !== undefined;
  if (field === 'z' && named) return textLabel(sample);
  return named ? `${field}_${sampleOf(sample)}(${fieldOf(sample)})` : `${field}_${sample}`;
}

/** `a-b`, or `z_a-H_c` where not all nodes are pre-activations. */
function tie(nodes: readonly ContractedNode[], naming: boolean): string {
  return nodes.map((node) => (naming ? nodeName(node) : textLabel(node.sample))).join('-');
}

function listed(items: readonly string[]): string {
  if (items.length <= 1) return items.join('');
  return `${items.slice(0, -1).join(', ')} and ${items[items.length - 1] as string}`;
}

/** `both sums on one neuron j (1/n)`; nothing when only biases were contracted. */
function neuronClause({ contractions, counting }: MomentContribution, width: string): string[] {
  const { neurons, pinned } = counting;
  if (neurons === 0) return [];
  const naming = contractions.some(({ nodes }) => nodes.some(isField));
  const sitting = Array.from({ length: neurons }, (_, k) =>
    contractions.filter(({ neuron }) => neuron === k),
  );
  const cost = costOf(counting, width);
  const [first = []] = sitting;
  if (neurons === 1) {
    const name = neuronName(counting, 0);
    const given = pinned.length > 0;
    const bracket = cost.length === 0 ? '' : ` (${cost.join(', ')})`;
    if (first.length === 1)
      return [`${given ? `on neuron ${name} itself` : `sum over neuron ${name}`}${bracket}`];
    const many = first.length === 2 ? 'both' : `all ${first.length}`;
    return [`${many} on ${given ? `neuron ${name} itself` : `one neuron ${name}`}${bracket}`];
  }
  const places = sitting.map((held, k) => {
    const ties = held.map(({ nodes }) => tie(nodes, naming)).join(', ');
    return `${neuronName(counting, k)} (${ties})`;
  });
  return [`on different neurons ${listed(places)}${cost.length === 0 ? '' : `: ${cost.join(', ')}`}`];
}

/** What coincidences and the number of choices of different neurons contribute. */
function costOf(counting: NeuronCounting, width: string): string[] {
  const { lost, choice } = counting;
  const ways = choice.order > lost;
  return [
    ...(lost > 0 ? [`${ways ? 'coincidence ' : ''}${powerOf(1n, lost, width)}`] : []),
    ...(ways
      ? [`${waysOf(counting, width)} gives ${powerOf(choice.value.numerator, choice.order - lost, width)}`]
      : []),
  ];
}

/** `n(n-1)/n^2`: the ways to choose different neurons, each sum with its 1/n. */
function waysOf({ neurons, pinned }: NeuronCounting, width: string): string {
  const free = neurons - pinned.length;
  const factors = Array.from({ length: free }, (_, taken) => {
    const excluded = taken + pinned.length;
    return excluded === 0 ? width : `(${width}-${excluded})`;
  });
  return `${factors.join('')}/${free === 1 ? width : `${width}^${free}`}`;
}

function powerOf(numerator: bigint, order: number, width: string): string {
  return `${numerator}/${width}${order === 1 ? '' : `^${order}`}`;
}

/** i, i2, ... for neurons that a skip connection gives, j, k, m, ... for those summed over. */
function neuronName({ pinned, neurons }: NeuronCounting, neuron: number): string {
  const given = pinned.indexOf(neuron);
  if (given >= 0) return given === 0 ? 'i' : `i${given + 1}`;
  const free = Array.from({ length: neurons }, (_, k) => k).filter((k) => !pinned.includes(k));
  const place = free.indexOf(neuron);
  const letters = 'jkmpqrs';
  const round = Math.floor(place / letters.length);
  return `${letters[place % letters.length] as string}${round === 0 ? '' : String(round + 1)}`;
}

/** `V lands z z on j, z z on k (1/4)`. */
function landingClause({ landings, landingWeight, counting }: MomentContribution): string {
  if (landings.length === 0) return counting.neurons === 0 ? 'nothing below enters' : 'averages over K';
  const weight = isOneRational(landingWeight) ? '' : ` (${formatRational(landingWeight)})`;
  return `${listed(landings.map((landing) => describeLanding(landing, counting)))}${weight}`;
}

function describeLanding({ family, order, blocks }: Landing, counting: NeuronCounting): string {
  const { letter, correction } = couplingName(family, order);
  const places = blocks.map((legs) => {
    const [{ neuron }] = legs as [LandedLeg];
    const names = legs.map(({ field, sample }) =>
      sample === undefined ? field : nodeName({ field, sample }),
    );
    return `${names.join(' ')} on ${neuronName(counting, neuron)}`;
  });
  return `${letter}${correction || ''} lands ${places.join(', ')}`;
}
