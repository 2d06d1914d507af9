import { readFileSync, readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { generateCstTypes } from '../../scripts/cst-types.ts';
import { drawGrammar } from '../../scripts/railroad.ts';

const fromRoot = (path: string) => new URL(`../../${path}`, import.meta.url);

it('the types of the concrete syntax tree are those of the grammar', async () => {
  const committed = readFileSync(fromRoot('grammar/cst.ts'), 'utf8');
  expect(committed).toBe(await generateCstTypes());
});

it('the railroad diagrams are those of the grammar', () => {
  const files = readdirSync(fromRoot('docs/railroad')).sort();
  const committed = files.map((file) => [file, readFileSync(fromRoot(`docs/railroad/${file}`), 'utf8')]);
  const drawn = [...drawGrammar()].map(([title, svg]) => [`${title}.svg`, svg]);
  expect(Object.fromEntries(committed)).toEqual(Object.fromEntries(drawn));
});
