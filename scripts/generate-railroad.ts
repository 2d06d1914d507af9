/** Writes `docs/railroad/*.svg`, one diagram a rule of the grammar. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { drawGrammar } from './railroad.ts';

const folder = new URL('../docs/railroad/', import.meta.url);
const drawings = drawGrammar();

mkdirSync(folder, { recursive: true });
for (const file of readdirSync(folder))
  if (!drawings.has(file.replace(/\.svg$/, ''))) rmSync(new URL(file, folder));
for (const [rule, svg] of drawings) writeFileSync(new URL(`${rule}.svg`, folder), svg);
