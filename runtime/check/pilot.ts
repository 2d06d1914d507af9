/**
 * The choice of estimators: for each observable the method whose variance times work is least. Variances are measured on a few networks
 * that the check itself never uses, so that the choice cannot bias it; work is counted (cost.ts), not timed, so that the choice is the same
 * on every machine. All widths and all components of an observable are taken together.
 */
import type { Backend } from '../backend.ts';
import type { NetworkPlan } from '../simulate/networkPlan.ts';
import type { Accumulator } from './accumulate.ts';
import { networksForControls } from './controlledMeans.ts';
import { conditionalNumbers, hiddenParameters } from './cost.ts';
import {
  areOfKernels,
  askedOf,
  mostControls,
  networksOf,
  obstacleOf,
  possibleMethods,
  quantityFor,
  subjectOf,
  usesControls,
  type Asked,
  type Method,
} from './estimators.ts';
import type { CheckItem } from './items.ts';
import { measure, needsOf } from './measure.ts';
import type { Quantity } from './quantity.ts';
import { accumulatorsFrom, openStream, shifted, streamOf, type NetworkKind, type Stream } from './streams.ts';

export interface Choice {
  readonly method: Method;
  /** One clause for people. */
  readonly reason: string;
}

/** What an observable is measured on. */
export interface EstimatorNote {
  readonly observable: string;
  readonly estimator: Method;
  readonly reason: string;
}

/** By observable. */
export type Choices = ReadonlyMap<string, Choice>;

export interface PilotContext {
  readonly plans: readonly NetworkPlan[];
  readonly items: readonly CheckItem[];
  readonly asked: Asked;
  /** Networks that the check may come to at each width. */
  readonly networks: number;
  readonly seed: number;
  /** Addresses of a width's networks: the last ones are the pilot's. */
  readonly addresses: number;
  readonly backend: Backend;
  readonly signal?: AbortSignal;
}

/** Methods of one kind leave the same variance on either kind of networks. */
type Treatment = 'controls' | 'averaged' | 'plain';

interface Subject {
  readonly name: string;
  readonly items: readonly CheckItem[];
  readonly candidates: readonly Method[];
  readonly controls: number;
}

/** Throws UserError when something is asked for that cannot be done. */
export async function chooseEstimators(context: PilotContext): Promise<Choices> {
  const { plans, items, asked } = context;
  const names = [...new Set(items.map(subjectOf))];
  const choices = new Map<string, Choice>();
  const open: Subject[] = [];
  for (const name of names) {
    const own = items.filter((item) => subjectOf(item) === name);
    const possible = possibleMethods(plans, own);
    const method = askedOf(asked, name, possible);
    if (method !== undefined) choices.set(name, { method, reason: 'as asked for' });
    else open.push({ name, items: own, ...worthTrying(possible, own, context) });
  }
  const variances = await measureVariances(open, context);
  for (const subject of open) choices.set(subject.name, choiceOf(subject, variances.get(subject), plans));
  return choices;
}

/** Leaves out what cannot win. */
function worthTrying(
  possible: readonly Method[],
  items: readonly CheckItem[],
  { plans, networks }: PilotContext,
): Pick<Subject, 'candidates' | 'controls'> {
  const controls = mostControls(plans, items);
  // The exact average of the last layer is cheaper there than a sample of it, and has less variance (Rao-Blackwell).
  const isDominated =
    possible.includes('conditional') ||
    plans.every(({ n }) => areOfKernels(items.map(({ quantityAt }) => quantityAt(n))));
  const candidates = possible.filter(
    (method) =>
      !(method === 'plain' && isDominated) &&
      !(usesControls(method) && networks < networksForControls(controls)),
  );
  return { candidates, controls };
}

/** Variance relative to that of `averaged`, and the networks that it was measured on. */
interface Variances {
  readonly networks: number;
  readonly relative: ReadonlyMap<Treatment, number>;
}

/** Where no pilot was worth while: control variates are expected to leave a fifth of the variance, sampling is not expected to help. */
const EXPECTED: Readonly<Record<Treatment, number>> = { controls: 0.2, averaged: 1, plain: Infinity };

function treatmentOf(method: Method): Treatment {
  if (method === 'plain') return 'plain';
  return usesControls(method) ? 'controls' : 'averaged';
}

function choiceOf(subject: Subject, variances: Variances | undefined, plans: readonly NetworkPlan[]): Choice {
  const { candidates, items } = subject;
  const scores = candidates.map((method) => {
    const treatment = treatmentOf(method);
    const variance = variances?.relative.get(treatment) ?? EXPECTED[treatment];
    return { method, score: variance * workOf(subject, method, plans) };
  });
  const [best, ...others] = scores.toSorted((p, q) => p.score - q.score);
  const { method, score } = best!;
  const compared = others
    .filter((other) => other.score < Infinity)
    .map((other) => `${other.method} ${(other.score / score).toPrecision(2)}`);
  const how = variances ? `in a pilot of ${variances.networks} networks` : 'as expected, without a pilot';
  const what =
    treatmentsOf(subject).size === 1 ? 'work, for the same variance' : `variance times work ${how}`;
  const reasons = [
    networksReason(method, plans, items),
    ...(compared.length > 0 ? [`${what}, relative to this: ${compared.join(', ')}`] : []),
  ];
  return { method, reason: reasons.join('; ') };
}

function networksReason(method: Method, plans: readonly NetworkPlan[], items: readonly CheckItem[]): string {
  if (networksOf(method) === 'weights')
    return (
      obstacleOf(plans, items) ?? 'the samples are so many that parameters are less work than covariances'
    );
  const widest = plans.reduce((most, plan) => (plan.n > most.n ? plan : most));
  return `given the layer below, neurons are independent Gaussians: ${conditionalNumbers(widest)} normals a network at n = ${widest.n} instead of ${hiddenParameters(widest)} parameters`;
}

/** Of one network at each width, measured for this observable alone. */
function workOf({ items }: Subject, method: Method, plans: readonly NetworkPlan[]): number {
  return plans.reduce((sum, plan) => {
    const quantities = items.map((item) => quantityFor(item, plan.n, method));
    const needs = needsOf(quantities, usesControls(method) ? quantities : []);
    return sum + streamOf({ plan, needs, seed: 0, address: 0, networks: networksOf(method) }).work;
  }, 0);
}

/** What the pilot measures of a subject. */
function treatmentsOf({ candidates }: Subject): ReadonlySet<Treatment> {
  return new Set(candidates.map(treatmentOf));
}

/** The pilot takes about this fraction of the networks, at most twice as many, and at most this work a width. */
const PILOT_FRACTION = 1 / 16;
const PILOT_WORK = 2 ** 28;
/** Hundredths of a second: worth while in any case. */
const CHEAP_WORK = 2 ** 22;
const [FEWEST, MOST] = [64, 1024];

async function measureVariances(
  subjects: readonly Subject[],
  context: PilotContext,
): Promise<ReadonlyMap<Subject, Variances>> {
  const open = subjects.filter((subject) => treatmentsOf(subject).size > 1);
  const logarithms = new Map(open.map((subject) => [subject, [] as PilotResult[]]));
  for (const [at, plan] of context.plans.entries())
    for (const networks of ['conditional', 'weights'] as const) {
      const own = open.filter((subject) => kindOf(subject) === networks);
      if (own.length === 0 || context.signal?.aborted) continue;
      for (const [subject, result] of await runPilot(own, plan, at, networks, context))
        logarithms.get(subject)!.push(result);
    }
  const averaged = [...logarithms].flatMap(([subject, results]): [Subject, Variances][] =>
    results.length < context.plans.length ? [] : [[subject, averageOf(results)]],
  );
  return new Map(averaged);
}

/** Networks without weights say the same for less. */
function kindOf({ candidates }: Subject): NetworkKind {
  return candidates.some((method) => networksOf(method) === 'conditional') ? 'conditional' : 'weights';
}

/** Logarithms of variances relative to `averaged`, of all components at one width. */
interface PilotResult {
  readonly networks: number;
  readonly logarithms: ReadonlyMap<Treatment, readonly number[]>;
}

function averageOf(results: readonly PilotResult[]): Variances {
  const treatments = [...new Set(results.flatMap(({ logarithms }) => [...logarithms.keys()]))];
  return {
    networks: Math.max(...results.map(({ networks }) => networks)),
    relative: new Map(
      treatments.flatMap((treatment): [Treatment, number][] => {
        const all = results.flatMap(({ logarithms }) => logarithms.get(treatment) ?? []);
        return all.length === 0
          ? []
          : [[treatment, Math.exp(all.reduce((sum, x) => sum + x, 0) / all.length)]];
      }),
    ),
  };
}

async function runPilot(
  subjects: readonly Subject[],
  plan: NetworkPlan,
  at: number,
  networks: NetworkKind,
  { networks: most, seed, addresses, backend, signal }: PilotContext,
): Promise<readonly (readonly [Subject, PilotResult])[]> {
  const parts = subjects.map((subject) => partOf(subject, plan));
  const needs = needsOf(
    parts.flatMap(({ averaged, plain }) => [...averaged, ...plain]),
    parts.flatMap(({ controlled }) => controlled),
  );
  const bare = streamOf({ plan, needs, seed, address: 0, networks });
  const size = pilotSize(subjects, bare, most);
  if (size === undefined) return [];
  const address = at * addresses + addresses - size;
  const stream = await shifted({ ...bare, experiment: { ...bare.experiment, address } }, backend);
  const sums = await (await openStream(stream, backend))(0, size, signal);
  if (signal?.aborted) return [];
  const accumulators = accumulatorsFrom(stream, {
    sums,
    lost: sums.map(({ length }) => new Float64Array(length)),
  });
  const without = (one: Accumulator | undefined) => one && { ...one, controls: [] };
  const { kernels, blocks } = accumulators;
  const uncontrolled = {
    ...(kernels ? { kernels: without(kernels)! } : {}),
    ...(blocks ? { blocks: without(blocks)! } : {}),
  };
  const variance = (quantities: readonly Quantity[], from: typeof accumulators) =>
    measure(quantities, needs, from).map((one) => (one ? one.standardError ** 2 : 0));
  return parts.map(({ averaged, plain, controlled }, k) => {
    const reference = variance(averaged, uncontrolled);
    const relative = (values: readonly number[]) =>
      values.flatMap((value, i) => (value > 0 && reference[i]! > 0 ? [Math.log(value / reference[i]!)] : []));
    const logarithms = new Map<Treatment, readonly number[]>([
      ['averaged', reference.filter((value) => value > 0).map(() => 0)],
      [
        'controls',
        size < networksForControls(subjects[k]!.controls) ? [] : relative(variance(controlled, accumulators)),
      ],
      ['plain', relative(variance(plain, uncontrolled))],
    ]);
    return [subjects[k]!, { networks: size, logarithms }];
  });
}

interface Part {
  readonly averaged: readonly Quantity[];
  /** The same ones with control variates, and with the last layer sampled; none where that is no candidate. */
  readonly controlled: readonly Quantity[];
  readonly plain: readonly Quantity[];
}

function partOf(subject: Subject, { n }: NetworkPlan): Part {
  const treatments = treatmentsOf(subject);
  const averaged = subject.items.map(({ quantityAt }) => quantityAt(n));
  return {
    averaged,
    controlled: treatments.has('controls') ? averaged : [],
    plain: treatments.has('plain') ? subject.items.map((item) => quantityFor(item, n, 'plain')) : [],
  };
}

/** Undefined where a pilot would cost more than it could save. A regression on control variates may need more networks than the rest. */
function pilotSize(subjects: readonly Subject[], { work }: Stream, networks: number): number | undefined {
  const share = Math.floor(networks * PILOT_FRACTION);
  const size = Math.max(FEWEST, Math.min(MOST, share));
  const forControls = Math.max(
    ...subjects.map((one) => (treatmentsOf(one).has('controls') ? networksForControls(one.controls) : 0)),
  );
  const isWorth = (count: number): boolean => count <= 2 * share && count * work <= PILOT_WORK;
  if (isWorth(Math.max(size, forControls)) || forControls * work <= CHEAP_WORK)
    return Math.max(size, forControls);
  return isWorth(size) ? size : undefined;
}
