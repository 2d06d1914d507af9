import { describe, expect, it } from 'vitest';
import { derive } from '../../compiler/derive/derive.ts';
import { flow } from '../../runtime/flow/flow.ts';
import type { FlowResult } from '../../runtime/flow/flowResult.ts';
import { renderFlowTable } from '../../runtime/flow/renderFlow.ts';
import { modelOf } from '../criticality/studies.ts';

const V = 'V[a,b;c,d] = <z[i,a] z[i,b] z[j,c] z[j,d]>_c where i != j';

function flowOf(statement: string, samples = '[[1]]', sigma = 'relu'): { result: FlowResult; table: string } {
  const C_W = sigma === 'relu' ? 2 : 1;
  const study = `sigma = ${sigma}, C_W = ${C_W}, C_b = 0\nsamples = ${samples}\n${statement}`;
  const model = modelOf({ order: 1, observables: V, study });
  const [request] = model.studies[0]!.flows;
  const result = flow(derive(model), model.studies[0]!, request);
  return { result, table: renderFlowTable([result], model.observables) };
}

describe('combinations of observables', () => {
  it('flow: V / G^2 of a critical ReLU network is 5 (l - 1) / n for every input', () => {
    const { result } = flowOf('flow V / G^2 for L = 1 .. 6 at n = 64', '[[1], [3]]');
    for (const { layer, values } of result.layers) {
      const leading = values['V / G^2']!.orders['1'] as number[];
      for (const value of leading) expect(value).toBeCloseTo(5 * (layer - 1), 9);
    }
  });

  it('may name samples', () => {
    const { result } = flowOf('flow G[1,2] / G[1,1] for L = 1 .. 2', '[[1], [3]]', 'linear');
    expect(result.layers[0]!.values['G[1,2] / G[1,1]']!.orders['0']).toBeCloseTo(3, 12);
  });

  it('say where the expansion in 1/n ends: 5 (l - 1) = n', () => {
    const inside = flowOf('flow V / G^2 for L = 1 .. 20 at n = 50');
    expect(inside.result.limits).toEqual([{ quantity: 'V / G^2', layer: 11, extrapolated: false }]);
    expect(inside.table).toContain('V / G^2 reaches 1 in layer 11');
    const [beyond] = flowOf('flow V / G^2 for L = 1 .. 200 at n = 5000').result.limits!;
    expect(beyond!.extrapolated).toBe(true);
    expect(Math.abs(beyond!.layer / 1001 - 1)).toBeLessThan(0.02);
  });

  it('say nothing of what has no power of 1/n, or no width', () => {
    expect(flowOf('flow n * V / G^2, G^2 for L = 1 .. 20 at n = 50').result.limits).toBeUndefined();
    expect(flowOf('flow V / G^2 for L = 1 .. 20').result.limits).toBeUndefined();
  });
});
