/** A phase diagram as a map: how far from criticality each point is, the line between the phases and the critical point. */
import type { CriticalReport } from '../../runtime/criticality/report.ts';
import type { PhaseDiagram } from '../../runtime/criticality/phaseDiagram.ts';
import type { Chart, PlacedText, Point, Series, Tick } from '../chart.ts';
import { boldWords, minus, symbolLabel, words, type Label } from '../label.ts';
import { parameterLabels, wrapNotes } from './notes.ts';

const PERPENDICULAR: Label = [{ text: '⊥' }];
const CHI: Label = [{ text: 'χ', face: 'italic', sub: PERPENDICULAR }];

/** A diagram, and what a search over its two parameters found. */
export interface PhaseResult {
  readonly diagram: PhaseDiagram;
  readonly critical?: CriticalReport;
}

/** Colours are log(chi_perp) = -1/xi_perp, in bands of the correlation depth. */
export function phaseChart({ diagram, critical }: PhaseResult): Chart {
  const { study, activations, given, axes } = diagram;
  const [horizontal, vertical] = axes;
  const axis = ({ parameter }: (typeof axes)[number]) => ({
    label: symbolLabel(parameter),
    scale: 'linear' as const,
    isTight: true,
  });
  return {
    title: boldWords(study),
    notes: wrapNotes(parameterLabels({ ...activations, ...given })),
    columns: 1,
    panels: [
      {
        name: 'phases',
        x: axis(horizontal),
        y: axis(vertical),
        cells: {
          name: 'log(chi_perp)',
          label: [{ text: 'ξ', face: 'italic', sub: PERPENDICULAR }, { text: ' = −1 / log ' }, ...CHI],
          x: horizontal.values,
          y: vertical.values,
          rows: diagram.perpendicular.map((row) => row.map((chi) => Math.log(Math.abs(chi)))),
          levels: LEVELS,
        },
        texts: regionTexts(diagram),
        series: [...lineSeries(diagram), ...pointSeries(diagram, critical)],
      },
    ],
  };
}

const DEPTHS = [1, 2, 5, 10, 20, 50];

/** Perturbations of an input fade over xi layers below criticality, and grow over as many above. */
const LEVELS: readonly Tick[] = [
  ...DEPTHS.map((depth) => ({ value: -1 / depth, label: words(String(depth)) })),
  { value: 0, label: words('∞') },
  ...DEPTHS.toReversed().map((depth) => ({ value: 1 / depth, label: words(minus(String(-depth))) })),
];

/** The line in pieces along which the kernel jumps, or does not. */
function lineSeries({ line }: PhaseDiagram): Series[] {
  const pieces = line.flatMap((vertices) => {
    const runs: { readonly jumps: boolean; readonly curve: Point[] }[] = [];
    for (const { at, jump = false } of vertices) {
      const point = { x: at[0], y: at[1] };
      const last = runs.at(-1);
      if (last?.jumps === jump) last.curve.push(point);
      else runs.push({ jumps: jump, curve: [...(last ? last.curve.slice(-1) : []), point] });
    }
    return runs;
  });
  return [false, true].flatMap((jumps) =>
    pieces
      .filter((piece) => piece.jumps === jumps)
      .map(({ curve }, k): Series => ({
        name: `${jumps ? 'jump of K' : 'chi_perp = 1'}${k === 0 ? '' : ` (${k + 1})`}`,
        ...(k === 0 ? { label: jumps ? JUMP : CRITICAL } : {}),
        style: jumps ? 'dashed ink' : 'ink',
        curve,
      })),
  );
}

const CRITICAL: Label = [...CHI, { text: ' = 1' }];
const JUMP: Label = [{ text: 'K', face: 'italic' }, { text: ' jumps' }];

/** The points of a search over these two parameters that lie on the map. */
function pointSeries({ axes }: PhaseDiagram, critical: CriticalReport | undefined): Series[] {
  const points = (critical?.points ?? []).flatMap(({ parameters }) => {
    const [x, y] = axes.map(({ parameter }) => parameters[parameter]?.value);
    return x !== undefined && y !== undefined && within(x, axes[0].values) && within(y, axes[1].values)
      ? [{ x, y, weak: true }]
      : [];
  });
  return points.length === 0
    ? []
    : [{ name: 'critical point', label: words('critical point'), style: 'ink', points }];
}

function within(value: number, values: readonly number[]): boolean {
  return value >= values[0]! && value <= values.at(-1)!;
}

/** A phase whose largest square is smaller than this part of the map has no room for its name. */
const SMALLEST = 0.12;

/** The name of each phase in the middle of the largest square of it. */
function regionTexts({ phase, axes: [horizontal, vertical] }: PhaseDiagram): PlacedText[] {
  const squares = new Map<string, { size: number; x: number; y: number }>();
  let before: readonly number[] = [];
  phase.forEach((row, j) => {
    const sizes: number[] = [];
    row.forEach((name, i) => {
      const same = i > 0 && j > 0 && row[i - 1] === name && phase[j - 1]![i] === name;
      const corner = same && phase[j - 1]![i - 1] === name;
      const size = corner ? 1 + Math.min(sizes[i - 1]!, before[i]!, before[i - 1]!) : 1;
      sizes.push(size);
      if (size > (squares.get(name)?.size ?? 0)) squares.set(name, { size, x: i, y: j });
    });
    before = sizes;
  });
  const middle = (values: readonly number[], end: number, size: number): number =>
    (values[end]! + values[end - size + 1]!) / 2;
  return [...squares]
    .filter(([, { size }]) => size >= SMALLEST * Math.max(horizontal.values.length, vertical.values.length))
    .map(([name, { size, x, y }]) => ({
      x: middle(horizontal.values, x, size),
      y: middle(vertical.values, y, size),
      label: boldWords(name),
      isOnDark: name === 'ordered',
    }));
}
