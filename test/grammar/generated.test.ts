import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { generateCstTypes } from '../../scripts/cst-types.ts';

it('the types of the concrete syntax tree are those of the grammar', async () => {
  const committed = readFileSync(new URL('../../grammar/cst.ts', import.meta.url), 'utf8');
  expect(committed).toBe(await generateCstTypes());
});
