/** Observables at fixed samples as functions of statistics of simulated networks, ready to be measured. */
import { InternalError } from '../../diagnostics/diagnostic.ts';
import { Z } from '../../theory/field.ts';
import type { CorrelatorField, Model, Observable, ObservableExpression, Study } from '../../theory/model.ts';
import { rationalToNumber } from '../../theory/rational.ts';
import { parameterAt } from '../flow/studyValues.ts';
import { isNormal } from '../simulate/laws.ts';
import { kernelStatistic, resolveSample, type KernelStatistic } from './correlators.ts';
import { fieldStatistic, type FieldStatistic } from './fieldCorrelators.ts';

export type Statistic = KernelStatistic | FieldStatistic;

export interface Quantity {
  /** Equal for components that are the same by symmetry. */
  readonly key: string;
  readonly statistics: readonly Statistic[];
  /** The observable from the expectations of the statistics, by their keys. */
  readonly value: (statistics: ReadonlyMap<string, number>) => number;
}

export interface MeasuringContext {
  readonly model: Model;
  readonly study: Study;
  /** The reference width, which a formula may mention. */
  readonly n: number;
  /** Averaged exactly wherever that is known, or sampled: of the same expectation. Averaged by default. */
  readonly lastLayer?: 'averaged' | 'sampled';
}

/** Component `indices` (samples counted from 1) of a named observable at the last layer. */
export function observableQuantity(
  name: string,
  indices: readonly number[],
  context: MeasuringContext,
): Quantity {
  const observable = findObservable(name, context.model);
  const letters = observable.indices.flat();
  const bound = new Map(letters.map((letter, slot) => [letter, indices[slot]! - 1]));
  return bind(observable.body, bound, context);
}

type Bound = ReadonlyMap<string, number>;

function bind(expression: ObservableExpression, bound: Bound, context: MeasuringContext): Quantity {
  switch (expression.kind) {
    case 'correlator':
      return single(correlatorStatistic(expression, bound, context));
    case 'reference': {
      const indices = expression.samples.map((sample) => resolveSample(sample, bound) + 1);
      return observableQuantity(expression.name, indices, context);
    }
    case 'sum':
      return combine(
        '+',
        expression.terms.map((term) => bind(term, bound, context)),
        (x, y) => x + y,
        0,
      );
    case 'product':
      return combine(
        '*',
        expression.factors.map((factor) => bind(factor, bound, context)),
        (x, y) => x * y,
        1,
      );
    case 'power': {
      const base = bind(expression.base, bound, context);
      const { exponent } = expression;
      return { ...base, key: `(${base.key})^${exponent}`, value: (known) => base.value(known) ** exponent };
    }
    default:
      return constant(constantValue(expression, context));
  }
}

/**
 * Correlators of z follow from the conditional kernel of the last layer where that says all about it: without a skip connection, which
 * would give the Gaussians a mean, and with Gaussian parameters. Any other symmetric prior makes the rows of the
 * last layer independent still, and two nodes on a neuron have the covariance g; only four or more see that they are not Gaussian.
 */
function correlatorStatistic(
  { fields, connected }: Extract<ObservableExpression, { kind: 'correlator' }>,
  bound: Bound,
  { model, study, lastLayer = 'averaged' }: MeasuringContext,
): Statistic {
  const { firstLayer, layer } = model.architecture;
  const terms = study.depth === 1 ? firstLayer : layer;
  const even = terms.every(({ kind }) => kind !== 'skip');
  const normal = model.groups.every(
    ({ name, distribution }) =>
      isNormal(distribution) || terms.every((term) => term.kind === 'skip' || term.group !== name),
  );
  const names = model.architecture.fields ?? [];
  const exact = even && (normal || haveTwoNodesEach(fields));
  const places = { bound, samples: study.samples.length, names };
  if (lastLayer === 'sampled') return fieldStatistic(fields, connected, places, even, lastLayer);
  return fields.every(({ field }) => field.name === Z.name) && exact
    ? kernelStatistic(fields, connected, places)
    : fieldStatistic(fields, connected, places, even);
}

function haveTwoNodesEach(fields: readonly CorrelatorField[]): boolean {
  const neurons = fields.flatMap(({ nodes }) => nodes.map(({ neuron, of }) => `${neuron} ${of}`));
  return neurons.every((neuron) => neurons.filter((other) => other === neuron).length === 2);
}

function single(statistic: Statistic): Quantity {
  const { key } = statistic;
  return { key, statistics: [statistic], value: (known) => known.get(key)! };
}

function combine(
  symbol: string,
  parts: readonly Quantity[],
  operation: (x: number, y: number) => number,
  neutral: number,
): Quantity {
  const keys = parts.map(({ key }) => key).sort();
  const statistics = new Map(parts.flatMap((part) => part.statistics.map((s) => [s.key, s] as const)));
  return {
    key: `(${keys.join(symbol)})`,
    statistics: [...statistics.values()],
    value: (known) => parts.reduce((total, part) => operation(total, part.value(known)), neutral),
  };
}

function constant(value: number): Quantity {
  return { key: String(value), statistics: [], value: () => value };
}

function constantValue(
  expression: Extract<ObservableExpression, { kind: 'number' | 'parameter' | 'width' | 'layer' }>,
  { study, n }: MeasuringContext,
): number {
  switch (expression.kind) {
    case 'number':
      return rationalToNumber(expression.value);
    case 'width':
      return n;
    case 'layer':
      return study.depth;
    case 'parameter':
      return parameterAt(study, expression.name, study.depth);
  }
}

function findObservable(name: string, model: Model): Observable {
  const observable = model.observables.find((candidate) => candidate.name === name);
  if (!observable) throw new InternalError(`no observable ${name}`);
  return observable;
}
