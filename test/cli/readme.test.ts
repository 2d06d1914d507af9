import { expect, it } from 'vitest';
import { readReadme, renewOutputs, withoutTimes } from '../../scripts/readme.ts';

it('the README shows what the commands print', () => {
  const readme = readReadme();
  expect(readme).toContain('```console\n$ npx eft derive ');
  expect(withoutTimes(renewOutputs(readme))).toBe(withoutTimes(readme));
});
