/**
 * The examples of docs/language.md. A block ```` ```eft ```` is a whole file; with `fragment` it is a list of
 * declarations, with `fragment=architecture` or `fragment=study` a list of statements of such a block. What a fragment leaves out is
 * filled up from one standard file, so that it compiles. `error=EFT201` says which message it must give.
 */
import { readFileSync } from 'node:fs';
import type { CompilerHost } from '../../compiler/compile.ts';
import { readReference } from '../../scripts/language-reference.ts';

export interface Example {
  /** Line of the document the text begins on. */
  readonly line: number;
  readonly text: string;
  /** The paragraph before it. */
  readonly before: string;
  readonly fragment: string | undefined;
  readonly error: string | undefined;
}

export function examples(): readonly Example[] {
  const document = readReference();
  return [...document.matchAll(/^```eft(.*)\n([^]*?)^```$/gm)].map((match) => {
    const [, options = '', text = ''] = match;
    return {
      line: document.slice(0, match.index).split('\n').length + 1,
      text,
      before: document.slice(0, match.index).trimEnd().split('\n\n').at(-1)!,
      fragment: /fragment=?(\w*)/.exec(options)?.[1],
      error: /error=(EFT\d{3})/.exec(options)?.[1],
    };
  });
}

/** The text a reader would see in a file of its own: statements in their block. */
export function embedded({ text, fragment }: Example): string {
  if (fragment === 'architecture') return block('architecture mlp', text.trimEnd().split('\n'));
  if (fragment === 'study') return block('study "s"', text.trimEnd().split('\n'));
  return text;
}

/** A file that compiles if the example is right. */
export function whole(example: Example): string {
  const { text, fragment } = example;
  if (fragment === undefined) return text;
  const architecture = fragment === 'architecture' ? filled('architecture mlp', text, MEMBERS) : '';
  const study = fragment === 'study' ? filled('study "s"', text, VALUES) : '';
  const own = architecture + study || text;
  return own + missingFrom(own);
}

const block = (head: string, lines: readonly string[]): string =>
  `${head} {\n${lines.map((line) => `  ${line}`).join('\n')}\n}\n`;

type Standard = readonly (readonly [begins: string, line: string])[];

const LAYER = 'layer l+1';
const MEMBERS: Standard = [
  ['input', 'input x[n_0]'],
  ['width', 'width n'],
  ['depth', 'depth L'],
  ['activation', 'activation sigma'],
  ['layer 1', 'layer 1: z[i] = b[i] + sum(j) W[i,j] * x[j]'],
  [LAYER, `${LAYER}: z[i] = b[i] + sum(j) W[i,j] * sigma(z[j])`],
];
const VALUES: Standard = [
  ['sigma', 'sigma = tanh'],
  ['C_W', 'C_W = 1.5'],
  ['C_b', 'C_b = 0.1'],
  ['L', 'L = 3'],
  ['samples', 'samples = [[1, 0.5], [0.2, -0.7]]'],
];
const OBSERVABLES: Standard = [
  ['G[', 'G[a,b] = <z[i,a] z[i,b]>'],
  ['V[', 'V[a,b;c,d] = <z[i,a] z[i,b] z[j,c] z[j,d]>_c where i != j'],
];

const begins = (text: string, start: string): boolean =>
  text.split('\n').some((line) => line.trimStart().startsWith(start));

/** A block of the example's statements and of the standard ones it lacks. */
function filled(head: string, text: string, standard: Standard): string {
  const missing = standard.filter(([start]) => !begins(text, start)).map(([, line]) => line);
  return block(head, [...missing, ...text.trimEnd().split('\n')]);
}

/** The standard declarations a text lacks, one prior and learning rate for every group of its layers. */
function missingFrom(text: string): string {
  const imports = begins(text, 'import "');
  const architecture = imports || begins(text, 'architecture') ? '' : filled('architecture mlp', '', MEMBERS);
  const layers = (text + architecture).split('\n').filter((line) => line.trimStart().startsWith('layer'));
  const groups = [...new Set(layers.join().match(/\b[WUb](?=\[)/g))];
  const priors = groups.map((name) => `${name} ~ normal(0, ${name === 'b' ? 'C_b' : 'C_W / fan_in'})`);
  const rates = groups.map((name) => `${name} = lambda_${name}${name === 'b' ? '' : ' / fan_in'}`);
  const rated = /rate\(|import standard/.test(text) ? [`learning_rate ${rates.join(', ')}`] : [];
  const observables = OBSERVABLES.filter(([start]) => !begins(text, start)).map(([, line]) => line);
  return [
    architecture,
    imports || begins(text, 'prior') ? '' : block('prior', [...priors, ...rated]),
    observables.length === 0 ? '' : block('observable', observables),
    begins(text, 'expand') ? '' : 'expand in 1/n to order 1\n',
  ].join('');
}

/** The files that examples import or read. */
export const HOST: CompilerHost = {
  readText: (path) => {
    if (path === 'lib/mlp.eft')
      return (
        filled('architecture mlp', '', MEMBERS) +
        block('prior', ['W ~ normal(0, 1 / fan_in)', 'b ~ normal(0, 0)'])
      );
    if (path === 'iris.csv') return readFileSync(new URL('../../examples/iris.csv', import.meta.url), 'utf8');
    return undefined;
  },
};
