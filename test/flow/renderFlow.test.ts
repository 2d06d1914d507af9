import { expect, it } from 'vitest';
import type { FlowResult } from '../../runtime/flow/flowResult.ts';
import { renderFlowCsv, renderFlowTable } from '../../runtime/flow/renderFlow.ts';

const OBSERVABLES = [
  { name: 'G', indices: [['a', 'b']] },
  { name: 'R', indices: [] },
];

const RESULT: FlowResult = {
  study: 'a "test", small',
  parameters: { sigma: 'tanh', C_W: 1.5, C_b: [0, 0.1] },
  samples: [
    [1, 0],
    [0, 1],
  ],
  n: 10,
  layers: [
    {
      layer: 3,
      values: {
        G: {
          indices: ['a', 'b'],
          orders: {
            '0': [
              [1, 0.25],
              [0.25, 2],
            ],
            '1': [
              [-0.5, 0],
              [0, 1 / 3],
            ],
          },
          total: [
            [0.95, 0.25],
            [0.25, 2 + 1 / 30],
          ],
        },
        R: { indices: [], orders: { '-1': 4, '0': 0 }, total: 40 },
      },
    },
  ],
};

it('aligns a table, names components as the language does and shows equal components once', () => {
  expect(renderFlowTable([RESULT], OBSERVABLES)).toBe(
    [
      'Study "a "test", small": sigma = tanh, C_W = 1.5, C_b = [0, 0.1]',
      '',
      'layer  observable       n^1        n^0         1/n     n = 10',
      '3      G[1,1]                 1.000000  -0.5000000  0.9500000',
      '3      G[1,2]                0.2500000           0  0.2500000',
      '3      G[2,2]                 2.000000   0.3333333   2.033333',
      '3      R           4.000000          0               40.00000',
      '',
    ].join('\n'),
  );
});

it('keeps components apart whose values differ although their samples are the same', () => {
  const [layer] = RESULT.layers;
  const G = { indices: ['a', 'b'], orders: { '0': [[1, 2], [3, 4]] } }; // prettier-ignore
  const table = renderFlowTable(
    [{ ...RESULT, layers: [{ layer: layer!.layer, values: { G } }] }],
    OBSERVABLES,
  );
  expect(table).toContain('G[1,2]');
  expect(table).toContain('G[2,1]');
});

it('writes every component to CSV with all digits', () => {
  expect(renderFlowCsv([RESULT])).toBe(
    [
      'study,layer,observable,samples,order_-1,order_0,order_1,total',
      '"a ""test"", small",3,G,1 1,,1,-0.5,0.95',
      '"a ""test"", small",3,G,1 2,,0.25,0,0.25',
      '"a ""test"", small",3,G,2 1,,0.25,0,0.25',
      '"a ""test"", small",3,G,2 2,,2,0.3333333333333333,2.033333333333333',
      '"a ""test"", small",3,R,,4,0,,40',
      '',
    ].join('\n'),
  );
});
