/** On which networks, and how, an observable can be measured. Every way has the same expectation; they differ in variance and in work. */
import { UserError } from '../../diagnostics/diagnostic.ts';
import { isConditionallyGaussian, needsNoWeights, type NetworkPlan } from '../simulate/networkPlan.ts';
import type { CheckItem } from './items.ts';
import { needsOf } from './measure.ts';
import type { Quantity } from './quantity.ts';
import { areSquares } from './squareBlocks.ts';
import { controlCounts, type NetworkKind } from './streams.ts';

/**
 * `conditional`: networks without weights; `weights`: with them; both average over the last layer exactly where that is known. With control
 * variates the noise that they explain is taken out of means. `plain` samples the last layer too.
 */
export const METHODS = [
  'conditional+controls',
  'conditional',
  'weights+controls',
  'weights',
  'plain',
] as const;
export type Method = (typeof METHODS)[number];

export function networksOf(method: Method): NetworkKind {
  return method.startsWith('conditional') ? 'conditional' : 'weights';
}

export function usesControls(method: Method): boolean {
  return method.endsWith('+controls');
}

/** What a method measures at width n. */
export function quantityFor({ quantityAt, sampledAt }: CheckItem, n: number, method: Method): Quantity {
  return method === 'plain' && sampledAt ? sampledAt(n) : quantityAt(n);
}

/** What an item is about: components of an observable are measured in one way. */
export function subjectOf({ observable, about }: CheckItem): string {
  return about ?? observable;
}

/** The ways to measure all of these items of these networks. */
export function possibleMethods(
  plans: readonly NetworkPlan[],
  items: readonly CheckItem[],
): readonly Method[] {
  const canCondition = obstacleOf(plans, items) === undefined;
  const hasControls = mostControls(plans, items) > 0;
  const canSample =
    items.every(({ sampledAt }) => sampledAt !== undefined) &&
    plans.some(({ n }) => items.some((item) => samplesMore(item, n)));
  return METHODS.filter(
    (method) =>
      (canCondition || networksOf(method) === 'weights') &&
      (hasControls || !usesControls(method)) &&
      (canSample || method !== 'plain'),
  );
}

/** The largest number of control variates that one mean has; 0 where there are none. */
export function mostControls(plans: readonly NetworkPlan[], items: readonly CheckItem[]): number {
  const counts = plans.flatMap((plan) => items.map((item) => controlsOf(plan, item.quantityAt(plan.n))));
  return Math.max(0, ...counts);
}

function controlsOf(plan: NetworkPlan, quantity: Quantity): number {
  const needs = needsOf([quantity], [quantity]);
  const networks = needs.blocks.length > 0 ? 'weights' : 'conditional';
  return Math.max(0, ...controlCounts({ plan, needs, networks }));
}

/** Whether sampling the last layer is another matter than averaging over it. */
function samplesMore(item: CheckItem, n: number): boolean {
  const [averaged, sampled] = [item.quantityAt(n), quantityFor(item, n, 'plain')].map((quantity) => {
    const { kernels, blocks } = needsOf([quantity]);
    return [...blocks.map(({ key }) => key), kernels.length].join();
  });
  return averaged !== sampled;
}

/** Whether quantities are of kernels alone, which both kinds of networks give the same distribution. */
export function areOfKernels(quantities: readonly Quantity[]): boolean {
  return quantities.every(({ statistics }) => statistics.every(({ kind }) => kind === 'kernel'));
}

/** Why these need weights, in one clause; undefined where they do not. */
export function obstacleOf(plans: readonly NetworkPlan[], items: readonly CheckItem[]): string | undefined {
  for (const plan of plans)
    for (const item of items) {
      const obstacle = obstacleToConditioning(plan, item.quantityAt(plan.n));
      if (obstacle !== undefined) return obstacle;
    }
  return undefined;
}

function obstacleToConditioning(plan: NetworkPlan, quantity: Quantity): string | undefined {
  const { statistics } = quantity;
  const kinds = new Set(statistics.map(({ kind }) => kind));
  // Their fluctuations largely cancel where both are taken from the same networks.
  if (kinds.size > 1) return 'a quantity combines correlators of z with other fields';
  const { skip } = plan.layers.at(-1)!;
  if (kinds.has('fields') && skip !== 0 && needsNoWeights(plan) && areSquares(needsOf([quantity]).blocks))
    return undefined;
  if (kinds.has('fields'))
    return 'fields other than z, and z given a skip connection or another law, need the parameters themselves';
  if (isConditionallyGaussian(plan)) return undefined;
  return plan.layers.slice(0, -1).some(({ skip }) => skip !== 0)
    ? 'a skip connection gives the neurons of a hidden layer a mean'
    : 'a prior of a hidden layer is not Gaussian';
}

/** What is asked for: a method for every observable that has it, or for each by name. */
export interface Asked {
  readonly all?: Method;
  readonly named: ReadonlyMap<string, Method>;
}

/** `auto`, a method, or `G=conditional,B=plain`. Throws UserError for anything else. */
export function parseEstimator(text: string): Asked {
  if (text === 'auto') return { named: new Map() };
  if (isMethod(text)) return { all: text, named: new Map() };
  const named = text.split(',').map((part): [string, Method] => {
    const [name = '', method = ''] = part.split('=').map((piece) => piece.trim());
    if (name === '' || !isMethod(method))
      throw new UserError(
        `\`${text}\` is no estimator: it is auto, ${METHODS.join(', ')}, or NAME=ESTIMATOR,... for single observables`,
      );
    return [name, method];
  });
  return { named: new Map(named) };
}

/** What is asked for of an observable, if anything. Throws UserError where it cannot be measured so. */
export function askedOf(
  { all, named }: Asked,
  subject: string,
  possible: readonly Method[],
): Method | undefined {
  const method = named.get(subject);
  if (method === undefined) return all === undefined ? undefined : nearest(all, possible);
  if (possible.includes(method)) return method;
  throw new UserError(`${subject} cannot be measured by \`${method}\`; it can by ${possible.join(', ')}`);
}

function isMethod(text: string): text is Method {
  return (METHODS as readonly string[]).includes(text);
}

/** The method nearest to the one asked for of all observables, among those that this one has. */
function nearest(method: Method, possible: readonly Method[]): Method {
  const kind = networksOf(method);
  const order: readonly Method[] = usesControls(method)
    ? [method, kind, 'weights+controls', 'weights']
    : [method, kind, 'weights'];
  return order.find((one) => possible.includes(one)) ?? 'weights';
}
