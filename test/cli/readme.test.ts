import { expect, it } from 'vitest';
import { PAGES, readPage, renewOutputs, withoutTimes } from '../../scripts/readme.ts';

it.each(PAGES)('%s shows what the commands print', (page) => {
  const text = readPage(page);
  expect(text).toContain('```console\n$ npx eft ');
  expect(withoutTimes(renewOutputs(text))).toBe(withoutTimes(text));
});
