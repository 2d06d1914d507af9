import { basename, dirname, extname, join } from 'node:path';
import {
  advise,
  compile,
  type CouplingFlow,
  couplingFlow,
  couplingNames,
  defaultAxes,
  derive,
  endsOnFunctions,
  explain,
  findCritical,
  type Explanation,
  flow,
  openBackend,
  predictTheory,
  simplifyCoefficients,
  type Study,
  type Theory,
  universality,
} from '../../index.ts';
import { UserError } from '../../diagnostics/diagnostic.ts';
import {
  chartsOf,
  type Document,
  drawingsOf,
  printHtml,
  printTex,
  renderChart,
  reportDocument,
  type ReportInput,
  type StudyResults,
} from '../../report/index.ts';
import { deriveForAdvice } from '../deriveForAdvice.ts';
import { EXIT, type ExitCode } from '../exitCodes.ts';
import { hostFor, readSource, writeResult } from '../files.ts';
import { katexStyle } from '../fonts.ts';
import { createInterrupt } from '../interrupt.ts';
import { budgetOf, type ReportOptions } from '../options.ts';
import { unwrap } from '../outcome.ts';
import { phaseResults } from '../phaseResults.ts';
import { renderPdf } from '../pdf.ts';
import { checkTasks, deriveFurther, simulateTask, type Simulation } from '../simulate.ts';
import { selectStudies } from '../studies.ts';
import type { Terminal } from '../terminal.ts';
import { VERSION } from '../version.ts';

/** `eft report FILE -o PATH`: exit 0 whatever the checks say; the document says it. */
export async function reportCommand(
  path: string,
  options: ReportOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const write = writerFor(options.output);
  const source = await readSource(path, terminal.input);
  const model = await simplifyCoefficients(unwrap(compile(source, hostFor(path)), terminal));
  const theory = derive(model, budgetOf(options));
  const results = await resultsOf(theory, options, terminal);
  const input: ReportInput = {
    source,
    theory,
    explanations: explainAll(theory),
    studies: results,
    made: {
      command: commandLine(path, options),
      versions: [
        ['eft', VERSION],
        ['Node', process.version.slice(1)],
      ],
    },
  };
  await write(reportDocument(input), options.output);
  terminal.err(`wrote ${options.output}\n`);
  const interrupted = results.some(({ checks }) => checks.some(({ report }) => report.interrupted));
  return interrupted ? EXIT.interrupted : EXIT.ok;
}

/** Flows and checks of the studies that give every value, critical points of those that search for them. */
async function resultsOf(
  theory: Theory,
  options: ReportOptions,
  terminal: Terminal,
): Promise<StudyResults[]> {
  const { model } = theory;
  if (model.studies.length === 0) return [];
  const searched = selectStudies(model, 'searches', options, terminal);
  const complete = searched.some(isComplete)
    ? selectStudies(model, options.check ? 'all' : 'flows', options, terminal)
    : [];
  const checked = complete.some(({ checks }) => checks.length > 0);
  const interrupt = createInterrupt();
  const simulation = checked
    ? {
        theory: deriveFurther(model, theory, budgetOf(options)),
        backend: await openBackend(options.backend),
        options,
        terminal,
        interrupt,
      }
    : undefined;
  const results: StudyResults[] = [];
  try {
    for (const study of searched) {
      const whole = complete.find(({ name }) => name === study.name);
      const numbers = whole ? await studyNumbers(theory, whole, simulation) : { flows: [], checks: [] };
      results.push({ study: whole ?? study, ...numbers, ...(await searchesOf(theory, study, options)) });
    }
  } finally {
    interrupt.release();
  }
  return results;
}

function isComplete({ absent = [] }: Study): boolean {
  return absent.length === 0;
}

/** Fewer than `eft plot` draws: contours are interpolated, and the line is refined all the same. */
const MAP_POINTS = 100;

type Searched = Omit<StudyResults, 'study' | 'flows' | 'checks' | 'couplings'>;

/** Of a study with `find critical`: the points, what happens at the first of them, and advice; of one with `phase`: its map. */
async function searchesOf(theory: Theory, study: Study, options: ReportOptions): Promise<Searched> {
  const { searches = [], phases = [], ...network } = study;
  if (searches.length === 0 && phases.length === 0) return { searches: [] };
  const leading = derive(theory.model, { order: 0, ...budgetOf(options) });
  const mapped = { phases: await phaseResults(leading, study, MAP_POINTS) };
  const [first] = searches;
  if (!first) return { searches: [], ...mapped };
  return {
    searches: await Promise.all(searches.map((request) => findCritical(leading, network, request))),
    ...mapped,
    universality: await universality(endsOnFunctions(theory) ? leading : theory, network, first),
    advice: await advise(deriveForAdvice(theory.model), study, first),
  };
}

async function studyNumbers(
  theory: Theory,
  study: Study,
  simulation: Simulation | undefined,
): Promise<Pick<StudyResults, 'flows' | 'checks' | 'couplings'>> {
  const requests = study.flows.length === 0 ? [{}] : study.flows;
  const flows = requests.map((request) => flow(theory, study, request));
  const checks: StudyResults['checks'][number][] = [];
  for (const task of simulation ? checkTasks(study) : []) {
    if (simulation!.interrupt.signal.aborted) break;
    const report = await simulateTask(task, simulation!);
    const { predictions } = predictTheory(simulation!.theory, study, { request: task.request });
    checks.push({ report, predictions });
  }
  return { flows, checks, couplings: couplingsOf(theory, study) };
}

/** None where layers differ or have several pre-activations. */
function couplingsOf(theory: Theory, study: Study): CouplingFlow[] {
  return defaultAxes(theory).flatMap((axes) => {
    try {
      return couplingFlow(theory, study, axes);
    } catch (error) {
      if (error instanceof UserError) return [];
      throw error;
    }
  });
}

/** More terms than a reader would look at are left to `derive --explain`. */
const MOST_EXPLAINED_TERMS = 80;

function explainAll(theory: Theory): Explanation[] {
  const terms = theory.recursions.reduce((sum, { value }) => sum + theory.ring.termCount(value), 0);
  if (terms > MOST_EXPLAINED_TERMS) return [];
  return couplingNames(theory).flatMap((name) => {
    try {
      return explain(theory, name);
    } catch (error) {
      // Beyond its budget: the report then goes without.
      if (error instanceof UserError) return [];
      throw error;
    }
  });
}

/** For the reader to copy; arguments with spaces and the like in quotation marks. */
function commandLine(path: string, options: ReportOptions): string {
  const { study, set = new Map<string, string>(), networks, seed, backend, check, output } = options;
  const args = [
    ...(study === undefined ? [] : ['--study', study]),
    ...[...set].flatMap(([name, value]) => ['--set', `${name}=${value}`]),
    ...(networks === undefined ? [] : ['--networks', String(networks)]),
    ...(seed === undefined ? [] : ['--seed', String(seed)]),
    ...(backend === 'auto' ? [] : ['--backend', backend]),
    ...(check ? [] : ['--no-check']),
  ];
  return ['eft', 'report', path, ...args, '-o', output].map(shellQuoted).join(' ');
}

function shellQuoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}

type WriteDocument = (document: Document, path: string) => Promise<void>;

const WRITERS: Readonly<Record<string, WriteDocument>> = {
  '.html': async (document, path) =>
    writeResult(path, await printHtml(document, { katexStyle: katexStyle() })),
  '.tex': writeTex,
};

function writerFor(path: string): WriteDocument {
  const writer = WRITERS[extname(path).toLowerCase()];
  if (writer) return writer;
  throw new UserError(`cannot tell from ${path} what to write: its name has to end in .html or .tex`);
}

/** The page and, in a folder named after it, its pictures as PDF; the name of the folder is one that LaTeX can read. */
async function writeTex(document: Document, path: string): Promise<void> {
  const folder = `${basename(path, extname(path)).replace(/[^\w-]+/g, '-')}-figures`;
  const write = async (file: string, svg: string): Promise<void> =>
    writeResult(join(dirname(path), file), await renderPdf(svg));
  const figure = (k: number): string => `${folder}/figure-${k + 1}.pdf`;
  const drawing = (k: number): string => `${folder}/term-${k + 1}.pdf`;
  for (const [k, chart] of chartsOf(document.blocks).entries())
    await write(figure(k), await renderChart(chart, { pinned: true }));
  for (const [k, svg] of drawingsOf(document.blocks).entries()) await write(drawing(k), svg);
  writeResult(path, printTex(document, { figure, drawing }));
}
