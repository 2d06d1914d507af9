/**
 * A design study: which initialisation lets a tanh network of 50 layers learn? The theory names the critical variances and the size of the
 * tangent kernel there; networks of that and of two other initialisations are then trained on the Iris data with TensorFlow.js.
 * `npm run bench:design [STEPS]`.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { applyOverrides, compile, defaultRequest, derive, findCritical, flow } from '../index.ts';
import { splitIris, trainNetwork, type Training } from './designTraining.ts';
import { printTable } from './table.ts';

const EXAMPLES = new URL('../examples/', import.meta.url);

export interface Initialisation {
  readonly name: string;
  readonly C_W: number;
  readonly C_b: number;
}

/** The critical point of the model of examples/ntk.eft, and one initialisation on either side of it. */
export async function initialisations(): Promise<Initialisation[]> {
  const { model, study } = ntkModel();
  const { points } = await findCritical(derive(model, { order: 0 }), study, defaultRequest(model));
  const { C_b, C_W } = points[0]!.parameters;
  const critical = { C_W: C_W!.value, C_b: C_b!.value };
  return [
    { name: 'critical', ...critical },
    { name: 'ordered', ...critical, C_W: critical.C_W / 2 },
    { name: 'chaotic', ...critical, C_W: critical.C_W * 4 },
  ];
}

/** The mean tangent kernel of the first sample at the last layer, at infinite width. */
export function tangentKernel({ C_W, C_b }: Initialisation, depth: number): number {
  const { model, study } = ntkModel();
  const values = new Map(
    Object.entries({ L: depth, C_W, C_b }).map(([name, value]) => [name, String(value)]),
  );
  const set = applyOverrides(model, { ...study, flows: [], checks: [] }, values).value!;
  const theory = derive(model, { order: 0, observables: ['Theta'] });
  const { layers } = flow(theory, set, { from: depth, to: depth });
  return (layers[0]!.values.Theta!.orders['0'] as readonly (readonly number[])[])[0]![0]!;
}

function ntkModel() {
  const readText = (path: string): string => readFileSync(new URL(path, EXAMPLES), 'utf8');
  const model = compile({ name: 'ntk.eft', text: readText('ntk.eft') }, { readText }).value!;
  return { model, study: model.studies[0]! };
}

/** In units of 1 / Theta of the critical network: at 1 its error would fall by e in a step if steps were small. */
const RATES = [0.03, 0.1, 0.3];

/** The best that some rate makes of it: nobody shall say that only the rate was wrong. */
export async function bestTraining(
  initialisation: Initialisation,
  shape: { readonly depth: number; readonly width: number; readonly steps: number },
  unit: number,
): Promise<Training & { readonly rate: number }> {
  const data = splitIris(readFileSync(new URL('iris.csv', EXAMPLES), 'utf8'));
  const runs: (Training & { readonly rate: number })[] = [];
  for (const rate of RATES)
    runs.push({
      rate,
      ...(await trainNetwork({ ...initialisation, ...shape, rate: rate / unit, seed: 1 }, data)),
    });
  return runs.reduce((best, run) => (run.loss < best.loss ? run : best));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const shape = { depth: 50, width: 64, steps: Number(process.argv[2] ?? 60) };
  const all = await initialisations();
  const unit = tangentKernel(all[0]!, shape.depth);
  console.log(
    `tanh, ${shape.depth} layers of ${shape.width}; Theta at criticality ${unit.toFixed(4)}; ${shape.steps} steps.`,
  );
  const rows: string[][] = [];
  for (const initialisation of all) {
    const { initialLoss, loss, trained, tested, rate } = await bestTraining(initialisation, shape, unit);
    const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
    const { name, C_W, C_b } = initialisation;
    rows.push([
      name,
      String(C_W),
      String(C_b),
      String(rate),
      initialLoss.toFixed(3),
      loss.toFixed(3),
      percent(trained),
      percent(tested),
    ]);
  }
  printTable(
    [
      'initialisation',
      'C_W',
      'C_b',
      'best rate x Theta',
      'loss before',
      'after',
      'right, seen',
      'right, unseen',
    ],
    rows,
  );
  process.exit(0);
}
