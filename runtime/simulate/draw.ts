/** The parameters of one network, drawn from their addresses (ensemble.ts says what these are). */
import { lawOf } from './laws.ts';
import type { ParameterPlan } from './networkPlan.ts';
import type { NormalSource } from './normals.ts';

/** Where the numbers of one network come from. */
export interface NetworkAddress {
  readonly source: NormalSource;
  /** Number of the network. */
  readonly network: number;
}

/** The first `rows` rows of a weight matrix times its deviation, [rows, fanIn], into `target[offset ...]`. */
export function drawMatrix(
  target: Float32Array,
  offset: number,
  { group, deviation, distribution }: ParameterPlan,
  layer: number,
  rows: number,
  fanIn: number,
  { source, network }: NetworkAddress,
): void {
  const law = lawOf(distribution);
  for (let i = 0; i < rows; i++)
    law(target, offset + i * fanIn, fanIn, deviation, source, i, streamOf(layer, group), network);
}

/** The first `count` biases of a layer times their deviation, into `target[offset ...]`. */
export function drawBias(
  target: Float32Array,
  offset: number,
  { group, deviation, distribution }: ParameterPlan,
  layer: number,
  count: number,
  { source, network }: NetworkAddress,
): void {
  lawOf(distribution)(target, offset, count, deviation, source, 0, streamOf(layer, group), network);
}

/** Word 2 of the counters of a group's numbers. */
export function streamOf(layer: number, group: number): number {
  return (layer << 16) | group;
}
