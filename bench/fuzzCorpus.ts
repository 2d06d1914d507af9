/** What the fuzzer starts from: every model file of the repository and every example of the documentation. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const PROGRAMS = ['examples', 'test/corpus/good', 'test/corpus/bad'];
const PAGES = ['.', 'docs'];

export function fuzzCorpus(): readonly string[] {
  const programs = PROGRAMS.flatMap((folder) => textsIn(folder, '.eft'));
  const pages = PAGES.flatMap((folder) => textsIn(folder, '.md'));
  return [...programs, ...pages.flatMap(examplesOf)];
}

/** In the order of their names, so that a seed means the same files on every machine. */
function textsIn(folder: string, extension: string): string[] {
  const names = readdirSync(join(ROOT, folder)).filter((name) => name.endsWith(extension));
  return names.sort().map((name) => readFileSync(join(ROOT, folder, name), 'utf8'));
}

/** The `eft` blocks of a page. */
function examplesOf(page: string): string[] {
  return [...page.matchAll(/^```eft\b.*\n([^]*?)^```$/gm)].map(([, text]) => text ?? '');
}
