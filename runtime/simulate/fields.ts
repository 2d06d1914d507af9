/**
 * Fields of real networks, by definition: contractions of parameter derivatives at the last layer (theory/field.ts).
 *
 * A field whose graph is a tree is cut at an edge. Each half is the derivative of a pre-activation along the gradients that hang on it, and
 * the field is the product, weighed with the learning rates, of the two gradients:
 *
 *     H   = lam dz_0 . dz_1,    dH = lam d(D^(g2) z_0) . dz_1 with g2 = lam dz_2,    ddII = lam d(D^(g2) z_0) . d(D^(g3) z_1)
 */
import { InternalError, UserError } from '../../diagnostics/diagnostic.ts';
import type { Edge, FieldShape } from '../../theory/field.ts';
import { isConditionalMean, readConditionalMean } from './conditionalMeans.ts';
import { openKernels } from '../kernels/kernels.ts';
import { createHostNetwork, runNetwork } from './hostNetwork.ts';
import { createJetProgram, pairGradients, type Gradient, type JetProgram } from './jets.ts';
import { createKernelNetwork, type KernelNetwork } from './kernelNetwork.ts';
import { fieldAndSample, type NetworkPlan } from './networkPlan.ts';
import { createNormalSource } from './normals.ts';
import { philoxKey } from './philox.ts';
import { createTangentMeans } from './tangentMeans.ts';

/**
 * One component: for every node its neuron of the last layer and its sample, both from 0. Of conditional means (conditionalMeans.ts) there
 * are no neurons where they are the same for all.
 */
export interface FieldComponent {
  readonly field: FieldShape;
  readonly neurons: readonly number[];
  /** The first M are those of the first pre-activation of a neuron, the next M those of the second (`fieldAndSample`). */
  readonly samples: readonly number[];
}

export interface FieldProgram {
  /** The network at this address; afterwards `values` are its components. */
  readonly run: (network: number) => void;
  readonly values: Float64Array;
  /** The network in the memory of the kernels, where it is run there. */
  readonly network: KernelNetwork | undefined;
}

/**
 * Conditional means of networks with one pre-activation a neuron are computed by the kernels, everything else on the host, both for
 * the same parameters. `inKernels`: run the network in the kernels in any case. Throws UserError for a field that cannot be simulated.
 */
export async function createFieldProgram(
  plan: NetworkPlan,
  components: readonly FieldComponent[],
  seed: number,
  inKernels = false,
): Promise<FieldProgram> {
  const isMean = ({ field }: FieldComponent): boolean => plan.fields === 1 && isConditionalMean(field);
  const [means, others] = [components.filter(isMean), components.filter((one) => !isMean(one))];
  const network =
    inKernels || means.length > 0 ? createKernelNetwork(await openKernels(), plan, seed) : undefined;
  const ofMeans = network && createTangentMeans(network, means);
  const ofOthers = others.length > 0 ? createHostProgram(plan, others, seed) : undefined;
  const values = new Float64Array(components.length);
  const next = { means: 0, others: 0 };
  const places = components.map((component) =>
    isMean(component)
      ? { from: ofMeans!.values, place: next.means++ }
      : { from: ofOthers!.values, place: next.others++ },
  );
  const run = (address: number): void => {
    network?.run(address);
    ofMeans?.run();
    ofOthers?.run(address);
    for (const [k, { from, place }] of places.entries()) values[k] = from[place]!;
  };
  return { run, values, network };
}

/** In float64 in plain JavaScript, by gradients of single neurons. */
function createHostProgram(
  plan: NetworkPlan,
  components: readonly FieldComponent[],
  seed: number,
): Pick<FieldProgram, 'run' | 'values'> {
  const rows = 1 + Math.max(0, ...components.flatMap(({ neurons }) => neurons));
  const network = createHostNetwork(plan, rows, derivativeOrder(components.map(({ field }) => field)));
  const jets = createJetProgram(network);
  const last = network.layers.at(-1)!;
  const below = createJetProgram({ ...network, layers: network.layers.slice(0, -1) });
  const readers = components.map((component): (() => number) => {
    if (isConditionalMean(component.field)) return readConditionalMean(component, network, below);
    if (component.field.edges.length === 0) {
      const { field, sample } = fieldAndSample(plan, component.samples[0]!);
      const [neuron, z] = [component.neurons[0]!, last.z[sample]!.of[field]!];
      return () => z[neuron]!;
    }
    const [p, q] = cutInTwo(component, plan, jets);
    return () => pairGradients(network, p, q);
  });
  const values = new Float64Array(components.length);
  const source = createNormalSource(philoxKey(seed));
  const run = (address: number): void => {
    runNetwork(network, { source, network: address });
    jets.run();
    below.run();
    for (let k = 0; k < readers.length; k++) values[k] = readers[k]!();
  };
  return { run, values };
}

/** The most often that one local function is differentiated: the largest degree of a node. */
export function derivativeOrder(fields: readonly FieldShape[]): number {
  return Math.max(1, ...fields.flatMap(({ nodes, edges }) => degrees(nodes, edges)));
}

function degrees(nodes: number, edges: readonly Edge[]): number[] {
  return Array.from({ length: nodes }, (_, node) => edges.filter((edge) => edge.includes(node)).length);
}

/** The edge whose ends carry the fewest further edges: that half is the deepest derivative. */
function cutInTwo(
  component: FieldComponent,
  plan: NetworkPlan,
  jets: JetProgram,
): readonly [Gradient, Gradient] {
  const { field } = component;
  if (field.edges.length !== field.nodes - 1)
    throw new UserError(`the field ${field.name} cannot be simulated: its graph has a loop`);
  const degree = degrees(field.nodes, field.edges);
  const depth = ([p, q]: Edge): number => Math.max(degree[p]!, degree[q]!) - 1;
  const [p, q] = field.edges.reduce((best, edge) => (depth(edge) < depth(best) ? edge : best));
  const at = { component, plan, jets };
  return [gradientAt(at, p, q), gradientAt(at, q, p)];
}

/** The gradient at a node along those of its neighbours except one. */
function gradientAt(
  at: { readonly component: FieldComponent; readonly plan: NetworkPlan; readonly jets: JetProgram },
  node: number,
  except: number,
): Gradient {
  const { field, neurons, samples } = at.component;
  const along = field.edges.flatMap(([p, q]) => {
    const neighbour = p === node ? q : q === node ? p : except;
    return neighbour === except ? [] : [gradientAt(at, neighbour, node)];
  });
  const [neuron, sample] = [neurons[node], samples[node]];
  if (neuron === undefined || sample === undefined) throw new InternalError('a node without a place');
  return at.jets.gradient({ ...fieldAndSample(at.plan, sample), neuron }, along);
}
