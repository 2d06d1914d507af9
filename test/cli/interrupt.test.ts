import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, it } from 'vitest';
import { eft, ROOT } from './eft.ts';

it('Ctrl-C ends a check cleanly: what was measured so far on standard output, exit code 130', async () => {
  const args = ['check', 'examples/tanh.eft', '--networks', '50000000', '--format', 'json'];
  const { code, stdout } = await eft(args, { interruptAfter: 4000 });
  expect(code).toBe(130);
  const schema = JSON.parse(
    readFileSync(join(ROOT, 'docs', 'schemas', 'check.schema.json'), 'utf8'),
  ) as object;
  const report = JSON.parse(stdout) as { interrupted: boolean; networks: number };
  expect(new Ajv2020().validate(schema, report)).toBe(true);
  expect(report.interrupted).toBe(true);
  expect(report.networks).toBeLessThan(50000000);
});
