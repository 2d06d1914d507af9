/** Writes `docs/railroad/*.svg`, the diagrams of the grammar that docs/language.md shows. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { drawGrammar } from './railroad.ts';

const folder = new URL('../docs/railroad/', import.meta.url);
const drawings = drawGrammar();

mkdirSync(folder, { recursive: true });
for (const file of readdirSync(folder))
  if (!drawings.has(file.replace(/\.svg$/, ''))) rmSync(new URL(file, folder));
for (const [title, svg] of drawings) writeFileSync(new URL(`${title}.svg`, folder), svg);
