import { describe, expect, it } from 'vitest';
import type { Block } from '../../runtime/check/fieldCorrelators.ts';
import { areSquares, createSquareAverages } from '../../runtime/check/squareBlocks.ts';
import { MEAN_OF_H, MEAN_OF_ZZ } from '../../runtime/simulate/conditionalMeans.ts';
import type { NetworkPlan } from '../../runtime/simulate/networkPlan.ts';
import { pairIndex } from '../../runtime/simulate/pairs.ts';

function square(letter: number, samples: readonly number[]): Block['fields'][number] {
  return { field: MEAN_OF_ZZ, letters: [letter, letter], samples };
}

const BLOCKS: readonly Block[] = [
  { key: 'one', letters: 1, fields: [square(0, [0, 1])] },
  { key: 'two', letters: 2, fields: [square(0, [0, 1]), square(1, [1, 1])] },
  { key: 'same', letters: 2, fields: [square(0, [0, 0]), square(1, [0, 0])] },
];

describe('averages of squares', () => {
  it('are those over all neurons and all pairs of different ones, written out', () => {
    const [width, samples, skip, stride, count] = [5, 2, 0.7, 8, 3];
    const layer = { width, fanIn: width, biases: [], weights: [], skip };
    const plan: NetworkPlan = {
      ...{ n: width, samples, inputDimension: 1, inputs: new Float64Array(2), fields: 1 },
      layers: [{ ...layer, skip: 0 }, layer],
    };
    const z = Float32Array.from({ length: count * samples * stride }, (_, k) => Math.sin(3 * k + 1));
    const g = Float64Array.from({ length: count * 3 }, (_, k) => 2 + Math.cos(5 * k));
    const averages = createSquareAverages(plan, BLOCKS)({ z, g, stride }, count);
    const squareOf = (network: number, i: number, [a, b]: readonly number[]): number => {
      const at = (sample: number): number => z[(network * samples + sample) * stride + i]!;
      return g[network * 3 + pairIndex(samples, a!, b!)]! + skip ** 2 * at(a!) * at(b!);
    };
    for (let network = 0; network < count; network++)
      BLOCKS.forEach(({ fields }, block) => {
        const [p, q] = fields.map((field) => field.samples);
        let [sum, terms] = [0, 0];
        for (let i = 0; i < width; i++)
          for (let j = 0; j < (q ? width : 1); j++) {
            if (q && i === j) continue;
            sum += squareOf(network, i, p!) * (q ? squareOf(network, j, q) : 1);
            terms++;
          }
        expect(averages[network * BLOCKS.length + block]).toBeCloseTo(sum / terms, 12);
      });
  });

  it('are of squares of at most two neurons and nothing else', () => {
    expect(areSquares(BLOCKS)).toBe(true);
    const tangent = { ...square(0, [0, 0]), field: MEAN_OF_H };
    expect(areSquares([...BLOCKS, { key: 'H', letters: 1, fields: [tangent] }])).toBe(false);
    const twice = [square(0, [0, 0]), square(0, [0, 1])];
    expect(areSquares([{ key: 'two on one', letters: 1, fields: twice }])).toBe(false);
  });
});
