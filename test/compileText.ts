import { compile } from '../compiler/compile.ts';
import type { Model } from '../theory/model.ts';

/** The model of a text that stands alone; throws what is wrong with it. */
export function compileText(text: string): Model {
  const { value, diagnostics } = compile({ name: 'test.eft', text }, { readText: () => undefined });
  if (!value) throw new Error(diagnostics.map(({ code, message }) => `${code} ${message}`).join('\n'));
  return value;
}
