/** Writes `grammar/cst.ts`, the types of the concrete syntax tree, from the grammar. */
import { writeFileSync } from 'node:fs';
import { generateCstTypes } from './cst-types.ts';

writeFileSync(new URL('../grammar/cst.ts', import.meta.url), await generateCstTypes());
