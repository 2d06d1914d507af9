/** Adaptive quadrature on panels, by the embedded Gauss and Kronrod rules. */
import { KRONROD } from './gaussRules.ts';
import type { AverageValue } from './averageRequest.ts';

/** Fills `values` with the integrand at `points`, all inside one panel around `middle`. */
export type PanelIntegrand = (points: Float64Array, middle: number, values: Float64Array) => void;

export interface Integral extends AverageValue {
  /** The integral of the absolute value. */
  readonly magnitude: number;
}

interface Panel extends Integral {
  readonly low: number;
  readonly high: number;
  /** How often in a row halving did not help. */
  readonly stuck: number;
}

/** A jump takes one halving to halve the error; what does not fall at all is rounding in the integrand ... */
const MOST_STUCK = 3;
/** ... if it is a small part of it: an oscillation shows no progress before it is resolved. */
const NOISE = 1e-4;

/**
 * Integrates over the panels between consecutive `edges`; the integrand is analytic inside each. Panels are halved
 * until the sum of the error estimates is below `tolerance` times the integral of the absolute value.
 */
export function integratePanels(
  integrand: PanelIntegrand,
  edges: readonly number[],
  tolerance: number,
  mostPanels = 400,
): Integral {
  const workspace = createWorkspace(integrand);
  let panels = edges.slice(1).map((high, k) => integratePanel(workspace, edges[k]!, high));
  for (;;) {
    const total = sumOf(panels);
    const allowed = (tolerance * total.magnitude) / panels.length;
    const done = total.error <= tolerance * total.magnitude || panels.length > mostPanels;
    if (done || !Number.isFinite(total.value)) return total;
    const isKept = ({ error, stuck }: Panel): boolean => error <= allowed || stuck >= MOST_STUCK;
    if (panels.every(isKept)) return total;
    panels = panels.flatMap((panel) => (isKept(panel) ? [panel] : halves(workspace, panel)));
  }
}

function halves(workspace: Workspace, { low, high, error, magnitude, stuck }: Panel): Panel[] {
  const middle = (low + high) / 2;
  const parts = [integratePanel(workspace, low, middle), integratePanel(workspace, middle, high)];
  const isNoise = error < NOISE * magnitude && parts[0]!.error + parts[1]!.error > 0.8 * error;
  return parts.map((part) => ({ ...part, stuck: isNoise ? stuck + 1 : 0 }));
}

function sumOf(panels: readonly Panel[]): Integral {
  let [value, error, magnitude] = [0, 0, 0];
  for (const panel of panels) {
    value += panel.value;
    error += panel.error;
    magnitude += panel.magnitude;
  }
  return { value, error, magnitude };
}

/** Points and values of one panel, used for all panels of an integral. */
interface Workspace {
  readonly integrand: PanelIntegrand;
  readonly points: Float64Array;
  readonly values: Float64Array;
}

function createWorkspace(integrand: PanelIntegrand): Workspace {
  const { length } = KRONROD.nodes;
  return { integrand, points: new Float64Array(length), values: new Float64Array(length) };
}

function integratePanel({ integrand, points, values }: Workspace, low: number, high: number): Panel {
  const { nodes, weights, gaussWeights } = KRONROD;
  const [middle, half] = [(low + high) / 2, (high - low) / 2];
  for (let p = 0; p < points.length; p++) points[p] = middle + half * nodes[p]!;
  integrand(points, middle, values);
  let [kronrod, gauss, magnitude, variation] = [0, 0, 0, 0];
  for (let p = 0; p < values.length; p++) {
    kronrod += weights[p]! * values[p]!;
    gauss += gaussWeights[p]! * values[p]!;
    magnitude += weights[p]! * Math.abs(values[p]!);
  }
  for (let p = 0; p < values.length; p++) variation += weights[p]! * Math.abs(values[p]! - kronrod / 2);
  const error = errorOf(half * Math.abs(kronrod - gauss), half * variation, half * magnitude);
  return { low, high, stuck: 0, value: half * kronrod, magnitude: half * magnitude, error };
}

/** QUADPACK's estimate: the difference of the rules, sharpened by its power 3/2 when it is small. */
function errorOf(difference: number, variation: number, magnitude: number): number {
  const sharpened =
    variation === 0 ? difference : variation * Math.min(1, (200 * (difference / variation)) ** 1.5);
  return Math.max(sharpened, 4e-16 * magnitude);
}
