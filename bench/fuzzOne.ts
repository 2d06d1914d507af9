/** One file through everything a command does with it, except simulation. */
import {
  compile,
  type CompilerHost,
  derive,
  flow,
  format,
  type Model,
  type Theory,
  UserError,
} from '../index.ts';

/** Small, so that a file costs milliseconds; what lies beyond is refused in the same way, only later. */
const MAX_TERMS = 3000;
const CHEAP = { layers: 2, indices: 4 };

/** Files that a fuzzed model finds beside it. */
const FILES: Readonly<Record<string, string>> = {
  'x.csv': 'u,v\n1,0.5\n-0.25,2\n',
  'x.eft': 'eft 1\n\nactivation imported(z) = z * tanh(z)\n',
};
const HOST: CompilerHost = { readText: (path) => FILES[path] };

/** How far a file got. */
export type Stage = 'refused' | 'compiled' | 'derived' | 'flowed';

export interface Finding {
  readonly stage: Stage;
  /** The stack of whatever would be exit code 4, or what else must never happen. */
  readonly failure?: string;
}

export function fuzzOne(text: string): Finding {
  const reached: { stage: Stage } = { stage: 'refused' };
  try {
    run(text, (stage) => (reached.stage = stage));
    return reached;
  } catch (error) {
    if (error instanceof UserError) return reached;
    return { ...reached, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

function run(text: string, reach: (stage: Stage) => void): void {
  const source = { name: 'fuzz.eft', text };
  formatTwice(text);
  const { value: model } = compile(source, HOST);
  if (!model) return;
  reach('compiled');
  const theory = derive(model, { maxTerms: MAX_TERMS });
  reach('derived');
  const study = model.studies[0];
  if (!study || study.samples.length > samplesFor(theory) || !hasFewComponents(model)) return;
  flow(theory, study, { from: 1, to: Math.min(study.depth, CHEAP.layers) });
  reach('flowed');
}

/** What `fmt` writes, `fmt` must accept and leave as it is. */
function formatTwice(text: string): void {
  const once = format({ name: 'fuzz.eft', text }).value;
  if (once === undefined) return;
  const twice = format({ name: 'fuzz.eft', text: once }).value;
  if (twice !== once) throw new Error(`formatting twice is not formatting once:\n${once}\n--- and\n${twice}`);
}

/** Many averages over two samples of an extreme kernel take seconds. */
function samplesFor({ order, recursions }: Theory): number {
  return order <= 1 && recursions.length <= 4 ? 2 : 1;
}

function hasFewComponents({ observables }: Model): boolean {
  return observables.every(({ indices }) => indices.flat().length <= CHEAP.indices);
}
