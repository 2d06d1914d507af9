/**
 * Pass 1: the text of the file and of everything it imports -> one list of declarations. An imported file gives its
 * activations, architecture, prior, observables and expansion; its studies stay with it.
 */
import { diagnostic } from '../diagnostics/catalogue.ts';
import { parse } from '../grammar/parse.ts';
import { suggest } from '../diagnostics/suggest.ts';
import { listed } from './names.ts';
import { checkPath, folderOf, joinPath, shownPath } from './paths.ts';
import { PRELUDE } from './prelude/texts.ts';
import type { SourceFile } from '../diagnostics/span.ts';
import type { ImportDeclaration, Item } from '../grammar/syntax.ts';
import { STANDARD } from './excerpts.ts';
import type { CompilerHost, Report } from './host.ts';

/** What is left of a program once its imports are replaced by what they import. */
export type Declaration = Exclude<Item, ImportDeclaration>;

export const MAX_IMPORTS = 64;

/** The declarations of the file and of its imports, each file's once; undefined when any of them is not a program. */
export function loadImports(
  source: SourceFile,
  host: CompilerHost,
  report: Report,
): readonly Declaration[] | undefined {
  const loading: Loading = { source, host, report, loaded: new Set(), sound: true };
  const items = loadFile(loading, source, [ownPath(source)]);
  return loading.sound ? items : undefined;
}

interface Loading {
  readonly source: SourceFile;
  readonly host: CompilerHost;
  readonly report: Report;
  /** Paths read so far, relative to the folder of the compiled file. */
  readonly loaded: Set<string>;
  sound: boolean;
}

function ownPath({ name }: SourceFile): string {
  return name.slice(name.replaceAll('\\', '/').lastIndexOf('/') + 1);
}

/** `chain` lists the files that are open, outermost first. */
function loadFile(loading: Loading, source: SourceFile, chain: readonly string[]): readonly Declaration[] {
  const { value, diagnostics } = parse(source);
  diagnostics.forEach(loading.report);
  if (value === undefined) {
    loading.sound = false;
    return [];
  }
  return value.items.flatMap((item) => (item.kind === 'import' ? loadImport(loading, item, chain) : [item]));
}

function loadImport(
  loading: Loading,
  item: ImportDeclaration,
  chain: readonly string[],
): readonly Declaration[] {
  if (item.standard) return loadStandard(loading, item);
  const refused = checkPath(item.path, item.pathSpan);
  if (refused) return fail(loading, refused);
  const path = joinPath(folderOf(chain.at(-1)!), item.path);
  if (chain.includes(path)) {
    const circle = [...chain.slice(chain.indexOf(path)), path].join(' -> ');
    return fail(loading, diagnostic('EFT212', item.span, { path: circle }));
  }
  if (loading.loaded.has(path)) return [];
  loading.loaded.add(path);
  if (loading.loaded.size === MAX_IMPORTS + 1)
    return fail(loading, diagnostic('EFT213', item.span, { limit: MAX_IMPORTS }));
  if (loading.loaded.size > MAX_IMPORTS) return [];
  const text = loading.host.readText(path);
  if (text === undefined) {
    const hint = 'expected a UTF-8 text file in the folder of this file or below it';
    return fail(loading, diagnostic('EFT210', item.pathSpan, { path: item.path }, hint));
  }
  const items = loadFile(loading, { name: shownPath(loading.source.name, path), text }, [...chain, path]);
  return items.filter(({ kind }) => kind !== 'study');
}

/** A file that comes with the language: it is no file of the user's, and its name no path. */
function loadStandard(loading: Loading, { path, pathSpan }: ImportDeclaration): readonly Declaration[] {
  const text = PRELUDE.get(path);
  if (text === undefined) {
    const known = [...PRELUDE.keys()];
    const hint = suggest(path, known) ?? listed('the standard files are', known);
    return fail(loading, diagnostic('EFT201', pathSpan, { what: 'standard file', name: path }, hint));
  }
  // No path of the user's contains a colon.
  const name = `${STANDARD}${path}`;
  if (loading.loaded.has(name)) return [];
  loading.loaded.add(name);
  return loadFile(loading, { name, text }, [name]);
}

function fail(loading: Loading, message: Parameters<Report>[0]): readonly [] {
  loading.sound = false;
  loading.report(message);
  return [];
}
