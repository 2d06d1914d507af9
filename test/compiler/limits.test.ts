import { expect, it } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { MAX_IMPORTS } from '../../compiler/loadImports.ts';
import { MAX_TABLE_SIZE } from '../../compiler/studies/readTable.ts';

const MODEL = `
architecture mlp {
  input x[n_0]
  width n
  depth L
  layer 1: z[i] = sum(j) W[i,j] * x[j]
  layer l+1: z[i] = sum(j) W[i,j] * z[j]
}
prior { W ~ normal(0, C_W / fan_in) }
observable { G[a,b] = <z[i,a] z[i,b]> }
expand in 1/n to order 1
`;

/** The messages about a file in a folder of other files, as `code: message`. */
function messages(text: string, files: ReadonlyMap<string, string> = new Map()): readonly string[] {
  const { diagnostics } = compile({ name: 'main.eft', text }, { readText: (path) => files.get(path) });
  return diagnostics.map(({ code, message }) => `${code}: ${message}`);
}

function importing(count: number): readonly [string, ReadonlyMap<string, string>] {
  const names = Array.from({ length: count }, (_, k) => `${k}.eft`);
  const text = names.map((name) => `import "${name}"\n`).join('') + MODEL;
  return [text, new Map(names.map((name) => [name, 'eft 1']))];
}

it('refuses more imported files than the limit, once', () => {
  expect(messages(...importing(MAX_IMPORTS))).toEqual([]);
  expect(messages(...importing(MAX_IMPORTS + 5))).toEqual([
    `EFT213: more than ${MAX_IMPORTS} files are imported`,
  ]);
});

it('refuses a table that is too large, with its size, before it is split', () => {
  const text = `${MODEL}study "s" { C_W = 1, L = 2, samples = csv("big.csv") }`;
  const big = '1\n'.repeat(MAX_TABLE_SIZE / 2 + 1);
  expect(messages(text, new Map([['big.csv', big]]))).toEqual([
    `EFT530: the file big.csv has ${MAX_TABLE_SIZE + 2} characters; at most ${MAX_TABLE_SIZE} are read`,
  ]);
});
