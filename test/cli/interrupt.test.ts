import { expect, it } from 'vitest';
import { eft } from './eft.ts';
import { violations } from './schemas.ts';

it('Ctrl-C ends a check cleanly: what was measured so far on standard output, exit code 130', async () => {
  const args = ['check', 'examples/tanh.eft', '--networks', '50000000', '--format', 'json'];
  const { code, stdout } = await eft(args, { interruptAfter: 4000 });
  expect(code).toBe(130);
  const report = JSON.parse(stdout) as { interrupted: boolean; networks: number };
  expect(violations('check', report)).toEqual([]);
  expect(report.interrupted).toBe(true);
  expect(report.networks).toBeLessThan(50000000);
});
