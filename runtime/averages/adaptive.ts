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
}

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
  let panels = edges.slice(1).map((high, k) => integratePanel(integrand, edges[k]!, high));
  for (;;) {
    const total = sumOf(panels);
    const allowed = (tolerance * total.magnitude) / panels.length;
    const done = total.error <= tolerance * total.magnitude || panels.length > mostPanels;
    if (done || !Number.isFinite(total.value)) return total;
    panels = panels.flatMap((panel) => (panel.error <= allowed ? [panel] : halves(integrand, panel)));
  }
}

function halves(integrand: PanelIntegrand, { low, high }: Panel): Panel[] {
  const middle = (low + high) / 2;
  return [integratePanel(integrand, low, middle), integratePanel(integrand, middle, high)];
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

function integratePanel(integrand: PanelIntegrand, low: number, high: number): Panel {
  const [middle, half] = [(low + high) / 2, (high - low) / 2];
  const points = KRONROD.nodes.map((node) => middle + half * node);
  const values = new Float64Array(points.length);
  integrand(points, middle, values);
  const kronrod = half * dot(KRONROD.weights, values);
  const gauss = half * dot(KRONROD.gaussWeights, values);
  const magnitude = half * dot(KRONROD.weights, values.map(Math.abs));
  const mean = kronrod / (2 * half);
  const variation =
    half *
    dot(
      KRONROD.weights,
      values.map((value) => Math.abs(value - mean)),
    );
  return {
    low,
    high,
    value: kronrod,
    magnitude,
    error: errorOf(Math.abs(kronrod - gauss), variation, magnitude),
  };
}

/** QUADPACK's estimate: the difference of the rules, sharpened by its power 3/2 when it is small. */
function errorOf(difference: number, variation: number, magnitude: number): number {
  const sharpened =
    variation === 0 ? difference : variation * Math.min(1, (200 * (difference / variation)) ** 1.5);
  return Math.max(sharpened, 4e-16 * magnitude);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
  return sum;
}
