/** Each shipped example is what it says it is: formatted, derived, evaluated, and judged by its own check. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { check, compile, derive, flow, format, type Model, type Study } from '../../index.ts';

const FOLDER = 'examples';
const EXAMPLES = readdirSync(FOLDER).filter((file) => file.endsWith('.eft'));

/** The verdicts of the checks of an example whose claims are not all right. */
const REJECTED: Readonly<Record<string, string>> = { 'wrong-formula.eft': 'disagree' };

/** Examples whose next order is refused: a nonlinear layer beside a skip connection. */
const NOT_FURTHER: ReadonlySet<string> = new Set(['residual.eft', 'residual-depth.eft']);

/** Studies that do more than search parameters. */
function complete({ studies }: Model): readonly Study[] {
  return studies.filter(({ absent = [] }) => absent.length === 0);
}

function readText(path: string): string | undefined {
  return readFileSync(`${FOLDER}/${path}`, 'utf8');
}

describe.each(EXAMPLES)('%s', (file) => {
  const source = { name: file, text: readText(file)! };
  const compiled = compile(source, { readText });

  it('is formatted and without a diagnostic', () => {
    expect(compiled.diagnostics).toEqual([]);
    expect(format(source).value).toBe(source.text);
  });

  it('has finite values at every layer', () => {
    const model = compiled.value!;
    for (const study of complete(model)) {
      const numbers = flow(derive(model), study).layers.flatMap(({ values }) =>
        Object.values(values).flatMap(({ orders }) => Object.values(orders).flat(9)),
      );
      expect(numbers.length).toBeGreaterThan(0);
      expect(numbers.every((value) => Number.isFinite(value))).toBe(true);
    }
  });

  it('gets the verdict it should', async () => {
    const model = compiled.value!;
    const theory = derive(model, { order: model.order + (NOT_FURTHER.has(file) ? 0 : 1) });
    for (const study of complete(model).filter(({ checks }) => checks.length > 0)) {
      const { verdict } = await check(theory, study, { order: model.order, backend: 'wasm' });
      expect(verdict).toBe(REJECTED[file] ?? 'agree');
    }
  });
});
