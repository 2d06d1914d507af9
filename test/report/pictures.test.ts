/** Pictures of every kind: their numbers are the results', their texts are apart, and no text of a file is markup in them. */
import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  applyOverrides,
  check,
  compile,
  couplingFlow,
  type CouplingFlow,
  defaultAxes,
  derive,
  findCritical,
  flow,
  phaseDiagram,
  readCouplingAxis,
  type CheckReport,
  type Model,
  type Theory,
} from '../../index.ts';
import { chartCsv, chartJson, chartNpy, chartRows } from '../../report/chartData.ts';
import type { Chart } from '../../report/chart.ts';
import { numberLabel, observableLabel, plainLabel, quantityLabel, symbolLabel } from '../../report/label.ts';
import { labelSpans, labelWidth } from '../../report/labelText.ts';
import { clipToBox } from '../../report/clip.ts';
import { expressionLabel } from '../../report/expressionLabel.ts';
import { couplingChart } from '../../report/plots/couplingChart.ts';
import { flowChart } from '../../report/plots/flowChart.ts';
import { phaseChart } from '../../report/plots/phaseChart.ts';
import { parameterLabels } from '../../report/plots/notes.ts';
import { scalingChart } from '../../report/plots/scalingChart.ts';
import { widthChart, type CheckedStudy } from '../../report/plots/widthChart.ts';
import { renderChart } from '../../report/vega.ts';
import { predictTheory } from '../../runtime/check/checkTheory.ts';
import { descendants, parseXml, type XmlElement } from '../derive/xml.ts';

/** Those that are checked against networks: others have no such pictures. */
const EXAMPLES = readdirSync('examples').filter(
  (file) => file.endsWith('.eft') && /^\s*check /m.test(readFileSync(`examples/${file}`, 'utf8')),
);

interface Results {
  readonly model: Model;
  readonly theory: Theory;
  readonly report: CheckReport;
  readonly checked: CheckedStudy;
}

async function resultsOf(text: string, networks: number): Promise<Results> {
  const readText = (path: string): string => readFileSync(`examples/${path}`, 'utf8');
  const model = compile({ name: 'model.eft', text }, { readText }).value!;
  const theory = derive(model);
  const study = model.studies[0]!;
  const report = await check(theory, study, { networks, backend: 'wasm' });
  const checked = {
    report,
    observables: model.observables,
    depth: study.depth,
    predictions: predictTheory(theory, study).predictions,
    notes: parameterLabels(flow(theory, study).parameters),
  };
  return { model, theory, report, checked };
}

function chartsOf({ model, theory, report, checked }: Results): Chart[] {
  const study = model.studies[0]!;
  return [
    flowChart(flow(theory, study), model.observables, [{ layer: study.depth, report }]),
    widthChart(checked),
    scalingChart(checked),
  ];
}

const example = (file: string): string => readFileSync(`examples/${file}`, 'utf8');

describe.each(EXAMPLES)('pictures of %s', (file) => {
  it('are XML, and no text meets another or leaves the picture', async () => {
    for (const chart of chartsOf(await resultsOf(example(file), 20))) {
      const root = parseXml(await renderChart(chart, { pinned: true }));
      expect(root.name).toBe('svg');
      const [width, height] = ['width', 'height'].map((name) => Number(root.attributes.get(name)));
      const boxes = textBoxes(root);
      expect(boxes.length).toBeGreaterThan(8);
      for (const box of boxes) {
        expect(box.left).toBeGreaterThanOrEqual(0);
        expect(box.top).toBeGreaterThanOrEqual(0);
        expect(box.right).toBeLessThanOrEqual(width!);
        expect(box.bottom).toBeLessThanOrEqual(height!);
      }
      expect(meetings(boxes)).toEqual([]);
    }
  });
});

describe('the map of a phase diagram', () => {
  const readMap = async (study: string, points: number) => {
    const source = { name: 'criticality.eft', text: example('criticality.eft') };
    const model = compile(source, { readText: example }).value!;
    const theory = derive(model, { order: 0 });
    const chosen = model.studies.find(({ name }) => name === study)!;
    const request = { axes: model.studies.find(({ phases }) => phases)!.phases![0]!.axes, span: chosen.span };
    const diagram = phaseDiagram(theory, chosen, request, { points });
    const critical = await findCritical(theory, chosen, chosen.searches![0]!);
    return { diagram, critical, chart: phaseChart({ diagram, critical }) };
  };

  it('shows every number of it: a cell for each point of the grid, the refined line, the critical point', async () => {
    const { diagram, critical, chart } = await readMap('tanh', 24);
    const rows = chartRows(chart);
    const cells = rows.filter(({ kind }) => kind === 'cell');
    expect(cells).toHaveLength(24 * 24);
    expect(cells.map(({ z }) => Math.exp(z!))).toEqual(
      diagram.perpendicular.flat().map((chi) => expect.closeTo(chi, 12) as number),
    );
    const line = rows.filter(({ series, kind }) => series === 'chi_perp = 1' && kind === 'curve');
    expect(line.map(({ x, y }) => [x, y])).toEqual(diagram.line[0]!.map(({ at }) => [...at]));
    const { C_W, C_b } = critical.points[0]!.parameters;
    const marked = rows.find(({ kind }) => kind === 'point')!;
    expect([marked.x, marked.y]).toEqual([C_W!.value, C_b!.value]);
    expect(chart.panels[0]!.texts!.map(({ label }) => plainLabel(label)).sort()).toEqual([
      'chaotic',
      'ordered',
    ]);
    expect(readNpy(chartNpy(chart))).toEqual(rows);
    expect(chartCsv(chart)).toMatch(
      /^panel,series,kind,x,y,z,error\nphases,log\(chi_perp\),cell,0.5,0,-0.69/,
    );
  });

  it('names the region where the kernel grows without end, and puts each name in its region', async () => {
    const { diagram, chart } = await readMap('relu', 24);
    const { x: xs, y: ys } = chart.panels[0]!.cells!;
    const nearest = (values: readonly number[], value: number): number =>
      values.findIndex((each) => each >= value - 1e-12);
    const texts = chart.panels[0]!.texts!;
    expect(texts.length).toBeGreaterThanOrEqual(2);
    for (const { x, y, label } of texts)
      expect(diagram.phase[nearest(ys, y)]![nearest(xs, x)]).toBe(plainLabel(label));
  });

  it('is drawn in colours of ascending lightness, and no text meets another', async () => {
    const { chart } = await readMap('tanh', 24);
    const root = parseXml(await renderChart(chart, { pinned: true }));
    const boxes = textBoxes(root);
    expect(boxes.map(({ text }) => text)).toEqual(expect.arrayContaining(['ordered', 'chaotic', '∞']));
    expect(meetings(boxes)).toEqual([]);
    const fills = descendants(root).flatMap(({ name, attributes }) =>
      name === 'path' ? [attributes.get('fill') ?? ''] : [],
    );
    const shades = [...new Set(fills.filter((fill) => fill.startsWith('rgb')))].map(lightness);
    expect(shades).toHaveLength(14);
    expect(shades).toEqual([...shades].sort((a, b) => a - b));
  });
});

it('exponential growth has a logarithmic axis, on which it is a straight line', () => {
  const model = compile({ name: 'm.eft', text: example('residual-depth.eft') }, { readText: example }).value!;
  const theory = derive(model);
  const scales = model.studies.map(
    (study) => flowChart(flow(theory, study), model.observables).panels[0]!.y.scale,
  );
  // (1 + 1/2)^63, and exp(1/2).
  expect(scales).toEqual(['log', 'linear']);
});

it.each([
  ['V / G^2', 'V / G^2'],
  ['n * V[1,1;1,1] / G[1,1]^2', 'n V_(11)(11) / G^2_11'],
  ['Theta - lambda_b', 'Θ − λ_b'],
  ['(V)^2', '(V)^2'],
])('the combination %s is written %s', (text, expected) => {
  expect(plainLabel(quantityLabel(text))).toBe(expected);
});

describe('the flow of couplings', () => {
  const chartOf = (set: Record<string, string> = {}) => {
    const model = compile({ name: 'ntk.eft', text: example('ntk.eft') }, { readText: example }).value!;
    const study = applyOverrides(model, model.studies[0]!, new Map(Object.entries(set))).value!;
    const theory = derive(model);
    const flows = defaultAxes(theory).map((axes) => couplingFlow(theory, study, axes));
    return { flows, chart: couplingChart(flows as [CouplingFlow, ...CouplingFlow[]]) };
  };

  it('shows every line of it with a head, the way of the network and the fixed points, by their kind', async () => {
    const { flows, chart } = chartOf({ C_W: '1.4', C_b: '0.05' });
    const rows = chartRows(chart);
    flows.forEach(({ walks, own, fixedPoints }, k) => {
      const of = (series: string, kind: string) =>
        rows
          .filter((row) => row.panel === chart.panels[k]!.name && row.series === series && row.kind === kind)
          .map(({ x, y }) => [x, y]);
      walks.forEach((walk, w) => expect(of(`flow ${w + 1}`, 'curve')).toEqual(walk.map((at) => [...at])));
      expect(of('network', 'curve')).toEqual(own.map((at) => [...at]));
      expect(of('stable fixed point', 'point')).toEqual([[fixedPoints[0]!.x, fixedPoints[0]!.y]]);
    });
    const root = parseXml(await renderChart(chart, { pinned: true }));
    const boxes = textBoxes(root);
    expect(meetings(boxes)).toEqual([]);
    expect(boxes.map(({ text }) => text)).toContain('stable fixed point');
    const heads = descendants(root).filter(({ attributes }) =>
      /^translate.*rotate/.test(attributes.get('transform') ?? ''),
    );
    expect(heads.length).toBeGreaterThan(40);
  });

  it('has a line where only the kernel stays, in the style of its kind', () => {
    const { chart } = chartOf();
    const lines = chart.panels.map(({ series }) => series.filter(({ name }) => name.startsWith('K = 0')));
    expect(lines.map(([line]) => [line!.name, line!.style])).toEqual([
      ['K = 0, stable', 'ink'],
      ['K = 0, stable', 'ink'],
    ]);
  });

  it('cuts a curve off at the edges', () => {
    const box = { x: [0, 1], y: [0, 1] } as const;
    const curve = [
      { x: 0.5, y: 0.5 },
      { x: 1.5, y: 0.5 },
      { x: 0.5, y: 1.5 },
      { x: 0.5, y: 0.9 },
      { x: 0.2, y: 0.9 },
    ];
    expect(clipToBox(curve, box)).toEqual([
      [
        { x: 0.5, y: 0.5 },
        { x: 1, y: 0.5 },
      ],
      [
        { x: 0.5, y: 1 },
        { x: 0.5, y: 0.9 },
        { x: 0.2, y: 0.9 },
      ],
    ]);
    expect(clipToBox([{ x: 2, y: 0 }], box)).toEqual([]);
  });

  it.each([
    ['V / K^2', 'V / K^2'],
    ['A / (K * Theta)^2', 'A / (K^2 Θ^2)'],
    ['chi_perp - 1', '−1 + χ_⊥'],
    ['G1 / K', 'G^{1} / K'],
    ['sqrt(V) / K', 'V^1/2 / K'],
    ['1 / (1 + K)', '1 / (1 + K)'],
  ])('%s is written %s', (text, expected) => {
    const names = ['K', 'V', 'A', 'Theta', 'chi_perp', 'G1'];
    expect(
      plainLabel(expressionLabel(readCouplingAxis({ name: 'axis', text }, names).value!.expression)),
    ).toBe(expected);
  });
});

/** Of a grey print (Rec. 601). */
function lightness(colour: string): number {
  const [r = 0, g = 0, b = 0] = colour.match(/\d+/g)!.map(Number);
  return 0.299 * r + 0.587 * g + 0.114 * b;
}

describe('the numbers of a picture', () => {
  let results: Results;
  beforeAll(async () => {
    results = await resultsOf(example('tanh.eft'), 2000);
  });

  it('are those of the flow, at the width that was measured, and those of the check', () => {
    const { model, theory, report } = results;
    const [chart] = chartsOf(results);
    const rows = chartRows(chart!);
    const expected = flow(theory, model.studies[0]!, { n: 32 });
    const total = expected.layers[2]!.values.V!.total as number[][][][];
    const curve = rows.filter(({ series, kind }) => series === 'V[1,2,1,2]' && kind === 'curve');
    expect(curve.map(({ x }) => x)).toEqual([1, 2, 3, 4]);
    expect(curve[2]!.y).toBeCloseTo(total[0]![1]![0]![1]!, 14);
    const measured = report.rows.find(
      ({ observable, indices, n }) => observable === 'V' && String(indices) === '1,2,1,2' && n === 32,
    )!;
    expect(rows.find(({ series, kind }) => series === 'V[1,2,1,2]' && kind === 'point')).toEqual({
      panel: 'V',
      series: 'V[1,2,1,2]',
      kind: 'point',
      x: 4,
      y: measured.measured,
      error: measured.standardError,
    });
  });

  it('of a fit lie on a line of the fitted power, of the size of the residuals', () => {
    const fitted = {
      ...results.report.scaling.find(({ observable }) => observable === 'V')!,
      exponent: 2,
      exponentError: 0.1,
    };
    const [point] = results.report.rows.filter(({ observable }) => observable === 'V');
    const rows = [8, 16, 32].map((n) => ({
      ...point!,
      indices: fitted.indices,
      n,
      predicted: 1,
      measured: 1 - 3 / n ** 2,
      standardError: 1e-4,
    }));
    const chart = scalingChart({
      ...results.checked,
      report: { ...results.report, rows, scaling: [fitted] },
    });
    const curve = chartRows(chart).filter(({ kind }) => kind === 'curve');
    expect(curve.map(({ x, y }) => y * x ** 2)).toEqual(
      [3, 3, 3].map((each) => expect.closeTo(each, 10) as number),
    );
    expect(plainLabel(chart.panels[0]!.series[0]!.label!)).toBe('V_(11)(11): n^−2.00(10)');
  });

  it('are in the CSV, the JSON and the array, with all digits', () => {
    const chart = chartsOf(results)[1]!;
    const rows = chartRows(chart);
    const lines = chartCsv(chart).trimEnd().split('\n');
    expect(lines).toHaveLength(rows.length + 1);
    expect(lines[0]).toBe('panel,series,kind,x,y,error');
    const { rows: inJson } = JSON.parse(chartJson(chart)) as { rows: unknown };
    expect(inJson).toEqual(rows);
    expect(readNpy(chartNpy(chart))).toEqual(rows);
  });

  it('are the same in every run', async () => {
    const chart = chartsOf(results)[0]!;
    expect(await renderChart(chart)).toBe(await renderChart(chart));
  });
});

describe('labels', () => {
  it('name quantities as LaTeX does', () => {
    expect(
      plainLabel(
        observableLabel('V', [
          ['a', 'b'],
          ['c', 'd'],
        ]),
      ),
    ).toBe('V^(ℓ)_(ab)(cd)');
    expect(plainLabel(observableLabel('Theta', [['1', '12']], []))).toBe('Θ_1,12');
    expect(plainLabel(symbolLabel('lambda_W'))).toBe('λ_W');
    expect(plainLabel(symbolLabel('constructor'))).toBe('constructor');
    expect(symbolLabel('C_W')).toEqual([{ text: 'C', face: 'italic', sub: [{ text: 'W', face: 'italic' }] }]);
    expect(plainLabel(numberLabel(-2.5e-7, 5))).toBe('−2.5 × 10^−7');
  });

  it('stack a superscript over a subscript and come back to the line', () => {
    const spans = labelSpans([...observableLabel('G', [['a', 'b']]), { text: '=' }], 10);
    const moves = [...spans.matchAll(/ dy="([^"]*)"/g)].map(([, dy]) => Number(dy));
    expect(moves.reduce((sum, dy) => sum + dy, 0)).toBeCloseTo(0, 10);
    expect(Math.min(...moves)).toBeLessThan(0);
  });

  it('are wide as their characters are, scripts side by side counted once', () => {
    expect(labelWidth([{ text: '00' }], 10)).toBeCloseTo(10, 10);
    expect(labelWidth([{ text: '0', sub: [{ text: '0' }], sup: [{ text: '00' }] }], 10)).toBeCloseTo(
      5 + 7.2,
      10,
    );
  });

  it('keep names of a file out of the markup and out of Vega', async () => {
    const hostile = `</text><script>alert(1)</script>&amp;" ' \u0007\ue0000\ue001 datum.x \${7*7} %c`;
    const { model, theory, report, checked } = await resultsOf(example('relu-critical.eft'), 20);
    const study = { ...model.studies[0]!, name: hostile };
    const named = {
      ...report,
      study: hostile,
      rows: report.rows.map((row, k) => (k > 5 ? { ...row, observable: hostile } : row)),
    };
    const charts = [
      flowChart(flow(theory, study), model.observables, [{ layer: study.depth, report: named }]),
      widthChart({ ...checked, report: named }),
      scalingChart({ ...checked, report: named }),
    ];
    for (const chart of charts) {
      const root = parseXml(await renderChart(chart));
      expect(descendants(root).map(({ name }) => name)).not.toContain('script');
      const title = descendants(root).find(({ name }) => name === 'title')!;
      expect(title.text).toContain('</text><script>alert(1)</script>&amp;" \'');
      expect(descendants(root).some(({ name, text }) => name === 'text' && text.includes('${7*7} %c'))).toBe(
        true,
      );
    }
  });
});

interface Box {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Of every text, from the places and sizes of its pinned runs. */
function textBoxes(element: XmlElement, dx = 0, dy = 0): Box[] {
  const [, x = '0', y = '0'] =
    /translate\(([^,]+),([^)]+)\)/.exec(element.attributes.get('transform') ?? '') ?? [];
  const [left, top] = [dx + Number(x), dy + Number(y)];
  if (element.name !== 'text') return element.children.flatMap((child) => textBoxes(child, left, top));
  const size = Number(element.attributes.get('font-size'));
  const runs = element.children.map((run) => {
    const own = Number(run.attributes.get('font-size'));
    const from = Number(run.attributes.get('x'));
    return { from, to: from + labelWidth([{ text: run.text }], own) };
  });
  const [from, to] = [Math.min(...runs.map((run) => run.from)), Math.max(...runs.map((run) => run.to))];
  const upright = !element.attributes.get('transform')!.includes('rotate');
  return [
    upright
      ? {
          text: element.text,
          left: left + from,
          right: left + to,
          top: top - 0.7 * size,
          bottom: top + 0.2 * size,
        }
      : {
          text: element.text,
          left: left - 0.7 * size,
          right: left + 0.2 * size,
          top: top - to,
          bottom: top - from,
        },
  ];
}

function meetings(boxes: readonly Box[]): string[] {
  return boxes.flatMap((a, k) =>
    boxes
      .slice(k + 1)
      .filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
      .map((b) => `${a.text} / ${b.text}`),
  );
}

/** NumPy's format, read by its description (numpy.lib.format). */
function readNpy(bytes: Uint8Array): unknown[] {
  const view = new DataView(bytes.buffer);
  expect(Array.from(bytes.slice(0, 8))).toEqual([0x93, 78, 85, 77, 80, 89, 2, 0]);
  const length = view.getUint32(8, true);
  expect((12 + length) % 64).toBe(0);
  const header = new TextDecoder('latin1').decode(bytes.slice(12, 12 + length));
  const fields = [...header.matchAll(/\('(\w+)', '<([Uf])(\d+)'\)/g)].map(([, name, type, size]) => ({
    name: name!,
    type,
    size: Number(size),
  }));
  const count = Number(/'shape': \((\d+),\)/.exec(header)![1]);
  let at = 12 + length;
  const read = ({ type, size }: { type: string | undefined; size: number }): string | number | null => {
    if (type === 'f') {
      const value = view.getFloat64(at, true);
      at += 8;
      return Number.isNaN(value) ? null : value;
    }
    const codes = Array.from({ length: size }, (_, k) => view.getUint32(at + 4 * k, true));
    at += 4 * size;
    return String.fromCodePoint(...codes.filter((code) => code !== 0));
  };
  const rows = Array.from({ length: count }, () =>
    Object.fromEntries(fields.map((field) => [field.name, read(field)])),
  );
  expect(at).toBe(bytes.length);
  return rows;
}
