/**
 * Cost of simulated networks against width, depth, samples and networks: `npm run bench:cost`. Processor time of one thread, the least of
 * some rounds (an argument, 5 by default), with the power that fits it. Writes docs/pictures/cost.png and its numbers as cost.csv.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { renderPng } from '../cli/png.ts';
import { chartCsv } from '../report/chartData.ts';
import type { Chart, Panel, Point, Series } from '../report/chart.ts';
import { boldWords, words, type Label } from '../report/label.ts';
import { renderChart } from '../report/vega.ts';
import { leastSquares } from '../runtime/criticality/fitPowerLaw.ts';
import { costCases, SIMULATORS, type CostCase, type SimulatorName, type Varied } from './costCases.ts';
import { printTable } from './table.ts';

const rounds = Number(process.argv[2] ?? 5);

/** Seconds of processor time that a measurement takes at least. */
const LEAST = 0.04;

const VARIED = ['width', 'depth', 'samples', 'networks'] as const;

const AXES: Readonly<Record<Varied, Label>> = {
  width: [{ text: 'width ' }, { text: 'n', face: 'italic' }],
  depth: [{ text: 'depth ' }, { text: 'L', face: 'italic' }],
  samples: words('samples'),
  networks: words('networks'),
};

interface Measured extends CostCase {
  /** Seconds of processor time: of all networks where these vary, else of one. */
  readonly seconds: number;
}

const measured = await measureAll();
const fits = measured.map(({ name, varied }) => `${name} ${varied}`);
const curves = [...new Set(fits)].map((key) => {
  const own = measured.filter(({ name, varied }) => `${name} ${varied}` === key);
  const { name, varied } = own[0]!;
  return { name, varied, points: own.map(({ x, seconds }): Point => ({ x, y: 1e6 * seconds })), ...fit(own) };
});
const head = ['against', ...SIMULATORS.map(({ title }) => title)];
printTable(
  head,
  VARIED.map((varied) => [
    varied,
    ...SIMULATORS.map(({ name }) => {
      const curve = curves.find((one) => one.name === name && one.varied === varied)!;
      const [first, last] = [curve.points[0]!, curve.points.at(-1)!];
      return `${curve.power.toFixed(2)} (${first.x} to ${last.x})`;
    }),
  ]),
);
const chart = costChart();
const target = (name: string): string => fileURLToPath(new URL(`../docs/pictures/${name}`, import.meta.url));
writeFileSync(target('cost.csv'), chartCsv(chart));
writeFileSync(target('cost.png'), await renderPng(await renderChart(chart, { pinned: true }), 2));

async function measureAll(): Promise<readonly Measured[]> {
  const prepared = [];
  for (const one of costCases()) {
    const { run } = await one.prepare();
    let count = 1;
    while (one.varied !== 'networks' && (await processorTime(() => run(count))) < LEAST) count *= 2;
    if (one.varied === 'networks') await run((count = one.x));
    prepared.push({ one, run, count, times: [] as number[] });
  }
  for (let round = 0; round < rounds; round++)
    for (const { run, count, times } of prepared) times.push(await processorTime(() => run(count)));
  return prepared.map(({ one, count, times }) => {
    const least = Math.min(...times);
    return { ...one, seconds: one.varied === 'networks' ? least : least / count };
  });
}

async function processorTime(run: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** log seconds = front + power log x */
function fit(points: readonly Measured[]): { readonly front: number; readonly power: number } {
  const [front, power] = leastSquares(
    points.map(({ x }) => [1, Math.log(x)]),
    points.map(({ seconds }) => Math.log(seconds)),
  );
  return { front: front!, power: power! };
}

function costChart(): Chart {
  return {
    title: boldWords('Cost of simulated networks'),
    notes: [words('tanh; n = 64, L = 5 and one sample where they do not vary; processor time of one thread')],
    panels: VARIED.map(panelOf),
    columns: 2,
  };
}

function panelOf(varied: Varied): Panel {
  const own = curves.filter((curve) => curve.varied === varied);
  const xs = [...new Set(own.flatMap(({ points }) => points.map(({ x }) => x)))].sort((p, q) => p - q);
  return {
    name: varied,
    x: {
      label: AXES[varied],
      scale: 'log',
      ticks: xs.map((value) => ({ value, label: words(String(value)) })),
    },
    y: {
      label: words(varied === 'networks' ? 'microseconds' : 'microseconds a network'),
      scale: 'log',
    },
    series: own.map((curve) => seriesOf(curve)),
  };
}

function seriesOf({ name, points, front, power }: (typeof curves)[number]): Series {
  const style = SIMULATORS.findIndex((simulator) => simulator.name === (name satisfies SimulatorName));
  return {
    name,
    label: words(`${SIMULATORS[style]!.title}: power ${power.toFixed(2)}`),
    style,
    points,
    curve: points.map(({ x }) => ({ x, y: 1e6 * Math.exp(front + power * Math.log(x)) })),
  };
}
