/** The corpus: programs next to what the compiler says about them, in `NAME.golden`. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { compile, type CompilerHost } from '../../compiler/compile.ts';
import { derive } from '../../compiler/derive/derive.ts';
import { UserError, type Diagnostic } from '../../diagnostics/diagnostic.ts';
import { renderDiagnostics } from '../../diagnostics/render.ts';
import { flow } from '../../runtime/flow/flow.ts';
import type { Model } from '../../theory/model.ts';
import { dumpModel } from './dumpModel.ts';

const ROOT = import.meta.dirname;

/** Refused are those that mean something, but cannot be derived or evaluated. */
export type Side = 'good' | 'bad' | 'refused';

/** The programs of one side, by name; files in folders below are there to be imported. */
export function programsOf(side: Side): readonly string[] {
  const files = readdirSync(join(ROOT, side)).filter((file) => file.endsWith('.eft'));
  return files.map((file) => file.slice(0, -'.eft'.length)).sort();
}

/** Golden files whose program is gone. */
export function orphansOf(side: Side): readonly string[] {
  const programs = new Set(programsOf(side).map((name) => `${name}.golden`));
  return readdirSync(join(ROOT, side)).filter((file) => file.endsWith('.golden') && !programs.has(file));
}

export function goldenPath(side: Side, name: string): string {
  return join(ROOT, side, `${name}.golden`);
}

export function hostFor(folder: string): CompilerHost {
  return {
    readText: (path) => {
      try {
        return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(join(folder, path)));
      } catch {
        return undefined;
      }
    },
  };
}

/** What the golden file holds: the model of a good program after its warnings, the messages about the others. */
export function outputOf(side: Side, name: string): string {
  const text = readFileSync(join(ROOT, side, `${name}.eft`), 'utf8');
  const { value, diagnostics } = compile({ name: `${name}.eft`, text }, hostFor(join(ROOT, side)));
  if (side === 'refused') return `${renderDiagnostics(value ? refusalOf(value) : diagnostics)}\n`;
  const messages = diagnostics.length > 0 ? [renderDiagnostics(diagnostics)] : [];
  return [...messages, ...(value ? [dumpModel(value)] : [])].join('\n\n') + '\n';
}

/** What deriving the model and evaluating its first study comes to. */
function refusalOf(model: Model): readonly Diagnostic[] {
  try {
    flow(derive(model), model.studies[0]!);
    return [];
  } catch (error) {
    if (error instanceof UserError) return error.diagnostics;
    throw error;
  }
}
