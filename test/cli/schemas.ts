import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { ROOT } from './eft.ts';

/** What is wrong with `value` by docs/schemas/NAME.schema.json; empty when nothing is. */
export function violations(
  name:
    'theory' | 'explanation' | 'flow' | 'check' | 'plot' | 'critical' | 'universality' | 'phase' | 'advice',
  value: unknown,
): string[] {
  const path = join(ROOT, 'docs', 'schemas', `${name}.schema.json`);
  const validate = new Ajv2020({ allErrors: true, strict: true }).compile(
    JSON.parse(readFileSync(path, 'utf8')) as object,
  );
  validate(value);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
}
