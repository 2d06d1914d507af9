import { extname } from 'node:path';
import {
  applyOverrides,
  type CheckReport,
  compile,
  derive,
  flow,
  type Model,
  openBackend,
  predictTheory,
  type Study,
  type Theory,
} from '../../index.ts';
import { UserError } from '../../diagnostics/diagnostic.ts';
import {
  type Chart,
  chartCsv,
  chartJson,
  chartNpy,
  couplingChart,
  flowChart,
  type MeasuredLayer,
  parameterLabels,
  phaseChart,
  renderChart,
  scalingChart,
  widthChart,
} from '../../report/index.ts';
import { couplingFlows } from '../couplingFlows.ts';
import { EXIT, type ExitCode } from '../exitCodes.ts';
import { hostFor, readSource, writeResult } from '../files.ts';
import { fontStyle } from '../fonts.ts';
import { createInterrupt } from '../interrupt.ts';
import { readReports } from '../measured.ts';
import { budgetOf, type PlotOptions } from '../options.ts';
import { unwrap } from '../outcome.ts';
import { phaseResults } from '../phaseResults.ts';
import { renderPdf } from '../pdf.ts';
import { renderPng } from '../png.ts';
import { checkTasks, type CheckTask, deriveFurther, simulateTask, type Simulation } from '../simulate.ts';
import { selectStudies } from '../studies.ts';
import type { Terminal } from '../terminal.ts';

/** `eft plot FILE`: one picture for each flow or check of the chosen studies. */
export async function plotCommand(path: string, options: PlotOptions, terminal: Terminal): Promise<ExitCode> {
  const paths = [options.output, options.data].filter((each) => each !== undefined);
  for (const each of paths) writerFor(each);
  const model = unwrap(compile(await readSource(path, terminal.input), hostFor(path)), terminal);
  const charts = await chartsFor(model, options, terminal);
  if (paths.length === 0) {
    if (charts.length > 1)
      throw new UserError(
        `these are ${charts.length} pictures: name a file with -o, or one study with --study`,
      );
    terminal.out(`${await standalone(charts[0]!)}\n`);
  }
  for (const each of paths) await writeCharts(charts, each, options, terminal);
  return EXIT.ok;
}

async function chartsFor(model: Model, options: PlotOptions, terminal: Terminal): Promise<Chart[]> {
  const { kind, measured } = options;
  if (kind === 'phase')
    return phaseCharts(model, selectStudies(model, 'searches', options, terminal), options);
  if (kind === 'couplings')
    return couplingCharts(model, selectStudies(model, 'flows', options, terminal), options, terminal);
  const wanted = kind === 'flow' && measured === undefined ? 'flows' : 'all';
  const studies = selectStudies(model, wanted, options, terminal);
  const theory = derive(model, budgetOf(options));
  return kind === 'flow'
    ? flowCharts(theory, studies, options)
    : checkCharts(model, theory, studies, options, terminal);
}

async function phaseCharts(
  model: Model,
  studies: readonly Study[],
  { points }: PlotOptions,
): Promise<Chart[]> {
  if (studies.every(({ phases = [] }) => phases.length === 0))
    throw new UserError('nothing to map: no study says `phase ... = ... .. ..., ... = ... .. ...`');
  const theory = derive(model, { order: 0 });
  const results = await Promise.all(studies.map((study) => phaseResults(theory, study, points)));
  return results.flat().map(phaseChart);
}

function couplingCharts(
  model: Model,
  studies: readonly Study[],
  options: PlotOptions,
  terminal: Terminal,
): Chart[] {
  // The four-point vertex appears at order 1/n.
  const theory = derive(model, { order: Math.max(1, model.order), ...budgetOf(options) });
  return couplingFlows(theory, studies, options, terminal).map(couplingChart);
}

function flowCharts(theory: Theory, studies: readonly Study[], { measured }: PlotOptions): Chart[] {
  const reports = measured === undefined ? [] : readReports(measured);
  const { observables } = theory.model;
  return studies.flatMap((study) => {
    const layers = reports
      .filter((report) => report.study === study.name)
      .map((report) => ({ layer: study.depth, report }));
    const requests = study.flows.length === 0 ? [{}] : study.flows;
    return requests.map((request) => flowChart(flow(theory, study, request), observables, layers));
  });
}

async function checkCharts(
  model: Model,
  theory: Theory,
  studies: readonly Study[],
  options: PlotOptions,
  terminal: Terminal,
): Promise<Chart[]> {
  const tasks = studies.flatMap(checkTasks);
  if (tasks.length === 0)
    throw new UserError(
      'nothing to compare with: no study says `check ... at n = ...`; --kind flow needs none',
    );
  const known = options.measured === undefined ? undefined : readReports(options.measured);
  const further = deriveFurther(model, theory, budgetOf(options));
  const theories = { theory, further };
  if (known) return tasks.map((task) => chartOf(options.kind, theories, task, reportsFor(task, known)));
  const backend = await openBackend(options.backend);
  const interrupt = createInterrupt();
  const simulation = { theory: further, backend, options, terminal, interrupt };
  const charts: Chart[] = [];
  try {
    for (const task of tasks) {
      const layers = options.kind === 'check' ? layersOf(model, task) : [task];
      charts.push(chartOf(options.kind, theories, task, await simulateLayers(layers, simulation)));
    }
  } finally {
    interrupt.release();
  }
  return charts;
}

/** What is known of this check: the report of its study whose widths are the ones asked for, else any. */
function reportsFor({ study, request }: CheckTask, known: readonly CheckReport[]): MeasuredLayer[] {
  const ofStudy = known.filter((report) => report.study === study.name);
  const fitting = ofStudy.find(({ rows }) =>
    rows.some((row) => request.observables.includes(row.observable)),
  );
  const report = fitting ?? ofStudy[0];
  if (!report) throw new UserError(`the measurements have no check of the study "${study.name}"`);
  return [{ layer: study.depth, report }];
}

/** The same check of the network cut off after each layer, where what the study says can be cut. */
function layersOf(model: Model, { study, request }: CheckTask): CheckTask[] {
  const cut = Array.from({ length: study.depth - 1 }, (_, k) => {
    const depth = new Map([[model.architecture.depth, String(k + 1)]]);
    const shorter = applyOverrides(model, { ...study, flows: [], checks: [] }, depth).value;
    return shorter ? [{ study: { ...shorter, expectations: [] }, request }] : [];
  });
  return [...cut.flat(), { study, request }];
}

async function simulateLayers(tasks: readonly CheckTask[], simulation: Simulation): Promise<MeasuredLayer[]> {
  const layers: MeasuredLayer[] = [];
  for (const task of tasks) {
    const layer = task.study.depth;
    layers.push({
      layer,
      report: await simulateTask(task, simulation, { label: tasks.length > 1 ? `layer ${layer}, ` : '' }),
    });
    if (layers.at(-1)!.report.interrupted) throw new UserError('interrupted');
  }
  return layers;
}

/** The theory on trial, and the one that knows one order more. */
interface Theories {
  readonly theory: Theory;
  readonly further: Theory;
}

function chartOf(
  kind: PlotOptions['kind'],
  { theory, further }: Theories,
  { study, request }: CheckTask,
  measured: readonly MeasuredLayer[],
): Chart {
  const { observables } = theory.model;
  const result = flow(theory, study, { from: 1, to: study.depth, observables: request.observables });
  if (kind === 'check') return flowChart(result, observables, measured);
  const checked = {
    report: measured.at(-1)!.report,
    observables,
    depth: study.depth,
    predictions: predictTheory(further, study, { request }).predictions,
    notes: parameterLabels(result.parameters),
  };
  return kind === 'width' ? widthChart(checked) : scalingChart(checked);
}

function standalone(chart: Chart): Promise<string> {
  return renderChart(chart, { style: fontStyle() });
}

type Writer = (chart: Chart, options: PlotOptions) => Promise<string | Uint8Array> | string | Uint8Array;

const WRITERS: Readonly<Record<string, Writer>> = {
  '.svg': standalone,
  '.png': async (chart, { scale }) => renderPng(await renderChart(chart, { pinned: true }), scale),
  '.pdf': async (chart) => renderPdf(await renderChart(chart, { pinned: true })),
  '.csv': chartCsv,
  '.json': chartJson,
  '.npy': chartNpy,
};

function writerFor(path: string): Writer {
  const writer = WRITERS[extname(path).toLowerCase()];
  if (writer) return writer;
  const known = Object.keys(WRITERS);
  throw new UserError(
    `cannot tell from ${path} what to write: its name has to end in ${known.slice(0, -1).join(', ')} or ${known.at(-1)!}`,
  );
}

/** `picture.svg`, or `picture-1.svg`, `picture-2.svg`, ... where there are several. */
async function writeCharts(
  charts: readonly Chart[],
  path: string,
  options: PlotOptions,
  terminal: Terminal,
): Promise<void> {
  const extension = extname(path);
  const stem = path.slice(0, path.length - extension.length);
  for (const [k, chart] of charts.entries()) {
    const target = charts.length === 1 ? path : `${stem}-${k + 1}${extension}`;
    writeResult(target, await writerFor(path)(chart, options));
    terminal.err(`wrote ${target}\n`);
  }
}
