/**
 * What a network costs, in a unit that no machine's load changes: the time of one random number in the kernels, with fixed prices for everything
 * else. The choice of estimators (pilot.ts) rests on it, so that it is the same on every machine. `npm run bench:estimators` holds it
 * against the clock.
 */
import { isConditionalMean, MEAN_OF_H, MEAN_OF_HH, MEAN_OF_ZZ } from '../simulate/conditionalMeans.ts';
import type { FieldComponent } from '../simulate/fields.ts';
import type { LayerPlan, NetworkPlan } from '../simulate/networkPlan.ts';

/** Multiplications in the kernels that take the time of one random number. */
const KERNEL_PRODUCTS = 16;
/** Multiplications of matrices that do, and those on the host. */
const MATRIX_PRODUCTS = 128;
const HOST_PRODUCTS = 4;
/** A random number that is drawn on the host. */
const HOST_NUMBER = 6;
/** Multiplications for the Wick products of one neuron and pair of samples. */
const WICK_PRODUCTS = 40;
/** What a scalar product costs beside its multiplications, in those. */
const PRODUCT_CALL = 64;

/** Random numbers of a network without weights. */
export function conditionalNumbers({ layers, samples, fields }: NetworkPlan): number {
  return sumOver(layers.slice(0, -1), ({ width }) => width * samples * fields);
}

/** A network without weights: numbers, and the factors and products of its covariances. */
export function conditionalWork(plan: NetworkPlan): number {
  const { samples } = plan;
  const products = sumOver(
    plan.layers.slice(0, -1),
    ({ width }) => plan.fields * ((width * samples ** 2) / 2 + samples ** 3),
  );
  return conditionalNumbers(plan) + products / KERNEL_PRODUCTS;
}

/** Parameters of all layers but the last. */
export function hiddenParameters({ layers }: NetworkPlan): number {
  return sumOver(layers.slice(0, -1), parametersOf);
}

/** A network with weights, its last layer averaged over. */
export function weightsWork(plan: NetworkPlan): number {
  const products = sumOver(
    plan.layers.slice(0, -1),
    ({ width, fanIn, weights }) => width * fanIn * weights.length * plan.samples,
  );
  return hiddenParameters(plan) + products / KERNEL_PRODUCTS;
}

/**
 * Control variates: averages over the neurons of hidden layers, of some ten Wick products for each pair of samples, by the kernels or on
 * the host; then, for each mean that they correct, the products of all pairs of its `sizes` controls.
 */
export function controlWork(
  { layers, samples }: NetworkPlan,
  isInKernels: boolean,
  sizes: readonly number[],
): number {
  if (sizes.every((size) => size === 0)) return 0;
  const averages =
    sumOver(layers.slice(0, -1), ({ width }) => width) * ((samples * (samples + 1)) / 2) * WICK_PRODUCTS;
  const regressions = sumOver(sizes, (size) => size ** 2) / 2;
  return averages / (isInKernels ? KERNEL_PRODUCTS : HOST_PRODUCTS) + regressions / HOST_PRODUCTS;
}

/** A network with fields of its last layer: conditional means in the kernels, all others on the host (fields.ts). */
export function fieldWork(plan: NetworkPlan, components: readonly FieldComponent[]): number {
  const isMean = ({ field }: FieldComponent): boolean => plan.fields === 1 && isConditionalMean(field);
  const [means, others] = [components.filter(isMean), components.filter((one) => !isMean(one))];
  return (
    (means.length > 0 ? weightsWork(plan) + meansWork(plan, means) : 0) +
    (others.length > 0 ? hostWork(plan, others) : 0)
  );
}

/** Gradients of all neurons of the last hidden layer for each sample, and products of them where a whole tangent kernel is needed. */
function meansWork({ layers, samples }: NetworkPlan, means: readonly FieldComponent[]): number {
  const hidden = layers.slice(0, -1);
  const last = hidden.at(-1)?.width ?? 0;
  const names = new Set(means.map(({ field }) => field.name));
  if (names.size === 1 && names.has(MEAN_OF_ZZ.name)) return 0;
  const gradients = sumOver(hidden.slice(1), ({ width, fanIn }) => last * width * fanIn) * samples;
  const whole = means.filter(({ field }) => field.name === MEAN_OF_HH.name).length;
  const diagonal = means.length - whole;
  const products = sumOver(hidden.slice(0, -1), ({ width }) => width * last);
  return (
    (gradients + Math.min(2 * whole, samples ** 2) * products * last) / MATRIX_PRODUCTS +
    (diagonal * products + whole * last ** 2) / KERNEL_PRODUCTS
  );
}

function hostWork(plan: NetworkPlan, components: readonly FieldComponent[]): number {
  const observed = 1 + Math.max(-1, ...components.flatMap(({ neurons }) => neurons));
  const layers = plan.layers.map((layer, at) =>
    at === plan.layers.length - 1 ? { ...layer, width: observed } : layer,
  );
  const numbers = sumOver(layers, parametersOf);
  const products =
    numbers * plan.samples +
    gradientProducts(layers, components) +
    lowerGradients({ ...plan, layers: layers.slice(0, -1) }, components);
  return numbers * HOST_NUMBER + products / HOST_PRODUCTS;
}

/** A pass through the layers for every distinct gradient, and a scalar product in each layer for every component. */
function gradientProducts(layers: readonly LayerPlan[], components: readonly FieldComponent[]): number {
  const differentiated = components.filter(
    ({ field }) => !isConditionalMean(field) && field.edges.length > 0,
  );
  const gradients = new Set(differentiated.flatMap(gradientsOf));
  const passes = [...gradients].reduce((sum, key) => sum + 2 ** key.split(' ').length / 2, 0);
  return (
    passes * sumOver(layers, ({ width, fanIn, weights }) => width * fanIn * weights.length) +
    differentiated.length * sumOver(layers, ({ width, fanIn }) => width + fanIn + PRODUCT_CALL)
  );
}

/** Of each node the gradient along those of its neighbours, as text. */
function gradientsOf({ field, neurons, samples }: FieldComponent): readonly string[] {
  const placeOf = (node: number): string => `${neurons[node]},${samples[node]}`;
  return Array.from({ length: field.nodes }, (_, node) => {
    const along = field.edges.flatMap(([p, q]) => (p === node ? [q] : q === node ? [p] : []));
    return [placeOf(node), ...along.slice(1).map(placeOf)].join(' ');
  });
}

/** Of gated units: a gradient for each pre-activation of every neuron below. */
function lowerGradients(
  { layers, fields, samples }: Pick<NetworkPlan, 'layers' | 'fields' | 'samples'>,
  components: readonly FieldComponent[],
): number {
  if (!components.some(({ field }) => field.name === MEAN_OF_H.name)) return 0;
  const gradients = fields * samples * (layers.at(-1)?.width ?? 0);
  return gradients * sumOver(layers, ({ width, fanIn, weights }) => width * fanIn * weights.length);
}

function parametersOf({ width, fanIn, biases, weights }: LayerPlan): number {
  return width * (fanIn * weights.length + biases.length);
}

function sumOver<T>(all: readonly T[], of: (one: T) => number): number {
  return all.reduce((sum, one) => sum + of(one), 0);
}
