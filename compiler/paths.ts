/** Paths written in a model file: relative, with `/`, and never out of the folder of the file they stand in. */
import { diagnostic } from '../diagnostics/catalogue.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Span } from '../diagnostics/span.ts';

/** A message when a path is absolute, a URL, or climbs with `..`. */
export function checkPath(path: string, span: Span): Diagnostic | undefined {
  const steps = path.split(/[/\\]/);
  const leaves = path.startsWith('/') || /[\\:\0]/.test(path) || steps.includes('..');
  if (!leaves && steps.at(-1) !== '') return undefined;
  if (!leaves) return diagnostic('EFT210', span, { path }, 'expected the name of a file');
  const hint = 'paths are relative, are written with `/`, and contain neither `..` nor `:`';
  return diagnostic('EFT211', span, { path }, hint);
}

/** `lib` and `./a.eft` make `lib/a.eft`. */
export function joinPath(folder: string, path: string): string {
  const steps = [...folder.split('/'), ...path.split('/')];
  return steps.filter((step) => step !== '' && step !== '.').join('/');
}

/** `lib/a.eft` lies in `lib`; empty for a file without a folder. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** The path as the user would write it from where the compiled file was named. */
export function shownPath(sourceName: string, path: string): string {
  const folder = folderOf(sourceName.replaceAll('\\', '/'));
  return folder === '' && !sourceName.startsWith('/') ? path : `${folder}/${path}`;
}
