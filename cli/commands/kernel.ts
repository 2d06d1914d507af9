import { availableParallelism } from 'node:os';
import { compile, derive, kernelObservables, planKernel } from '../../index.ts';
import type { KernelPlan, Model, Study } from '../../index.ts';
import { UserError } from '../../diagnostics/diagnostic.ts';
import { EXIT, type ExitCode } from '../exitCodes.ts';
import { hostFor, readSource } from '../files.ts';
import { createInterrupt } from '../interrupt.ts';
import { readSampleFile } from '../kernelMatrices/readSamples.ts';
import { shapeOf, writeMatrices } from '../kernelMatrices/writeMatrices.ts';
import { budgetOf, type KernelOptions } from '../options.ts';
import { unwrap } from '../outcome.ts';
import { startProgress } from '../progress.ts';
import { named } from '../selection.ts';
import { selectStudies } from '../studies.ts';
import type { Terminal } from '../terminal.ts';

/**
 * `eft kernel FILE`: observables of one or two samples at infinite width as NumPy arrays over all samples. Ctrl-C leaves
 * no file behind.
 */
export async function kernelCommand(
  path: string,
  options: KernelOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const model = unwrap(compile(await readSource(path, terminal.input), hostFor(path)), terminal);
  const study = studyOf(model, options, terminal);
  const observables = observablesOf(model, options);
  const theory = derive(model, { order: 0, observables, ...budgetOf(options) });
  const { layer, threads = availableParallelism() } = options;
  const plan = planKernel(theory, study, { observables, ...(layer === undefined ? {} : { layer }) });
  const paths = observables.map((name) => pathOf(options.output, name, observables.length));
  const interrupt = createInterrupt();
  const progress = startProgress(terminal);
  const label = observables.join(', ');
  interrupt.listen();
  const isWhole = await writeMatrices(plan, {
    paths,
    threads,
    numberSize: options.float32 ? 4 : 8,
    signal: interrupt.signal,
    onProgress: (fraction) => progress.update(fraction, label),
  }).finally(() => {
    progress.stop();
    interrupt.release();
  });
  if (!isWhole) {
    terminal.err('Interrupted; nothing was written.\n');
    return EXIT.interrupted;
  }
  terminal.out(summary(plan, paths));
  return EXIT.ok;
}

/** The one study there is or that is named, with the samples of the file if one is given. */
function studyOf(model: Model, options: KernelOptions, terminal: Terminal): Study {
  const [study, ...more] = selectStudies(model, 'flows', options, terminal);
  if (!study || more.length > 0) {
    const names = model.studies.map(({ name }) => `"${name}"`).join(', ');
    throw new UserError(`the model has several studies; choose one with --study: ${names}`);
  }
  return options.samples === undefined ? study : { ...study, samples: readSampleFile(options.samples) };
}

function observablesOf(model: Model, { observable }: KernelOptions): readonly string[] {
  if (observable) return observable.map((name) => named('observable', name, model.observables).name);
  const all = kernelObservables(model);
  if (all.length === 0)
    throw new UserError('no observable of the model is a matrix over samples at infinite width');
  return all;
}

/** `out.npy` for one observable, `out.G.npy`, `out.Theta.npy` for several. */
function pathOf(out: string, name: string, count: number): string {
  if (count === 1) return out;
  return out.endsWith('.npy') ? `${out.slice(0, -4)}.${name}.npy` : `${out}.${name}`;
}

/** No average is known to more. */
const ROUNDING = 1e-16;

function summary(plan: KernelPlan, paths: readonly string[]): string {
  const width = Math.max(...plan.outputs.map(({ name }) => name.length));
  const lines = plan.outputs.map(
    ({ name }, o) => `${name.padEnd(width)}  ${shapeOf(plan, o).join(' x ')}  ${paths[o]!}\n`,
  );
  return `Study "${plan.study}", layer ${plan.layer}, infinite width; ${accuracy(plan)}\n${lines.join('')}`;
}

function accuracy({ layers, truncation }: KernelPlan): string {
  const kinds = new Set(layers.flatMap((layer) => layer.averages.map((average) => average?.kind)));
  const cut = [
    ...(kinds.has('series') ? ['Hermite series'] : []),
    ...(kinds.has('angles') ? ['tables in the angle between samples'] : []),
  ];
  if (cut.length === 0) return 'averages in closed form';
  return `${cut.join(' and ')} cut below ${Math.max(truncation, ROUNDING).toExponential(0)} of an average`;
}
