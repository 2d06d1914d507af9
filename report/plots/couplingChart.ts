/** The flow in the plane of two couplings: arrows from many starting points, fixed points, and the way of the study's own network. */
import type { CouplingFlow } from '../../runtime/criticality/couplingFlow.ts';
import type { PlaneFixedPoint, Stability } from '../../runtime/criticality/planeFixedPoints.ts';
import type { Axis, Chart, Panel, Point, PointSymbol, Series } from '../chart.ts';
import { clipToBox, type Box } from '../clip.ts';
import { couplingLabel, expressionLabel } from '../expressionLabel.ts';
import { boldWords, joinLabels, numberLabel, words, type Label } from '../label.ts';
import type { Style } from '../palette.ts';
import { parameterLabels, wrapNotes } from './notes.ts';

type Flows = readonly [CouplingFlow, ...CouplingFlow[]];

/** One panel a flow, all of one study. */
export function couplingChart(flows: Flows): Chart {
  const [{ study, parameters, everyKernel }] = flows;
  const orders = new Map(
    flows.flatMap((flow) => Object.entries(flow.orders)).filter(([, order]) => order > 0),
  );
  const coefficients = [...orders].map(([name, order]): Label => [
    ...couplingLabel(name),
    { text: ': coefficient of 1/' },
    { text: 'n', face: 'italic', ...(order === 1 ? {} : { sup: words(String(order)) }) },
  ]);
  const fixed = everyKernel ? [[...KERNEL, { text: ' is fixed at every value' }]] : [];
  return {
    title: boldWords(study),
    notes: wrapNotes([
      ...parameterLabels(parameters),
      words('one input'),
      ...coefficients,
      ...fixed,
      ...sharedLabels(flows),
    ]),
    panels: flows.map((flow, k) => couplingPanel(flow, k === 0)),
    columns: 2,
  };
}

const KERNEL: Label = [{ text: 'K', face: 'italic' }];

/** What the starting points have in common. */
function sharedLabels(flows: Flows): Label[] {
  const shared = new Map(flows.flatMap((flow) => Object.entries(flow.shared)));
  if (shared.size === 0) return [];
  const values = [...shared].map(([name, value]) => [
    ...couplingLabel(name),
    { text: ' = ' },
    ...numberLabel(value, 4),
  ]);
  return [[{ text: 'arrows begin at ' }, ...joinLabels(values, ', ')]];
}

/** Of several panels the first explains what they have in common. */
function couplingPanel(flow: CouplingFlow, isFirst: boolean): Panel {
  const [x, y] = flow.axes;
  const box: Box = { x: x.range, y: y.range };
  return {
    name: `${y.text} over ${x.text}`,
    x: axis(x),
    y: axis(y),
    series: [
      ...flow.walks.map((walk, k) => walkSeries(walk, k, isFirst && k === 0)),
      ...lineSeries(flow),
      ...ownSeries(flow, box, isFirst),
      ...pointSeries(flow.fixedPoints),
    ],
  };
}

function axis({ expression, range }: CouplingFlow['axes'][number]): Axis {
  return { label: expressionLabel(expression), scale: 'linear', include: range, isTight: true };
}

function walkSeries(walk: CouplingFlow['walks'][number], k: number, isExplained: boolean): Series {
  return {
    name: `flow ${k + 1}`,
    ...(isExplained ? { label: words('from layer to layer') } : {}),
    style: 'stream',
    isArrow: true,
    curve: walk.map(toPoint),
  };
}

function toPoint([x, y]: readonly [number, number]): Point {
  return { x, y };
}

const LINE_STYLES: { readonly [S in Stability]: Style } = {
  stable: 'ink',
  'half-stable': 'dashed ink',
  unstable: 'dotted ink',
  saddle: 'dashed ink',
};

/** Where one coordinate stays and the other goes on. */
function lineSeries({ fixedPoints, axes }: CouplingFlow): Series[] {
  return fixedPoints.flatMap(({ x, y, stability }): Series[] => {
    if ((x === undefined) === (y === undefined)) return [];
    const value = x ?? y!;
    const [fixed, free] = x === undefined ? [axes[1], axes[0]] : axes;
    const curve = free.range.map((end) => (x === undefined ? { x: end, y: value } : { x: value, y: end }));
    const label = [
      ...expressionLabel(fixed.expression),
      { text: ' = ' },
      ...numberLabel(value, 4),
      { text: `, ${stability}` },
    ];
    return [{ name: `${fixed.text} = ${value}, ${stability}`, label, style: LINE_STYLES[stability], curve }];
  });
}

/** Markers nearer than this part of the axes are left out. */
const APART = 0.04;

function ownSeries({ own }: CouplingFlow, box: Box, isExplained: boolean): Series[] {
  const pieces = clipToBox(own.map(toPoint), box);
  const inside = own.map(toPoint).filter((point) => clipToBox([point], box).length > 0);
  const unit = ({ x, y }: Point): readonly [number, number] => [
    x / (box.x[1] - box.x[0]),
    y / (box.y[1] - box.y[0]),
  ];
  const points = inside.reduce<Point[]>((kept, point) => {
    const last = kept.at(-1);
    const [a, b] = [unit(point), last && unit(last)];
    return b && Math.hypot(a[0] - b[0], a[1] - b[1]) < APART ? kept : [...kept, point];
  }, []);
  const label: Label = [{ text: 'this network, ' }, { text: 'ℓ' }, { text: ` = 1, …, ${own.length}` }];
  return pieces.map((curve, k) => ({
    name: k === 0 ? 'network' : `network (${k + 1})`,
    style: 0,
    curve,
    ...(k === 0 ? { points } : {}),
    ...(k === 0 && isExplained ? { label } : {}),
  }));
}

const SYMBOLS: { readonly [S in Stability]: PointSymbol } = {
  stable: 'filled',
  'half-stable': 'half filled',
  unstable: 'open',
  saddle: 'open diamond',
};

function pointSeries(fixedPoints: readonly PlaneFixedPoint[]): Series[] {
  const kinds = Object.keys(SYMBOLS) as Stability[];
  return kinds.flatMap((stability): Series[] => {
    const points = fixedPoints.flatMap(({ x, y, stability: own }) =>
      own === stability && x !== undefined && y !== undefined ? [{ x, y }] : [],
    );
    if (points.length === 0) return [];
    const name = stability === 'saddle' ? 'saddle point' : `${stability} fixed point`;
    return [{ name, label: words(name), style: 'ink', symbol: SYMBOLS[stability], points }];
  });
}
