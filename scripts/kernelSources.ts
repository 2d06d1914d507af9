/** The C sources of the kernels, and what names their state. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const SOURCE_FOLDER = fileURLToPath(new URL('../runtime/kernels/source', import.meta.url));

export const SOURCES: readonly string[] = readdirSync(SOURCE_FOLDER)
  .filter((name) => /\.[ch]$/.test(name))
  .sort();

export function sourceDigest(): string {
  const hash = createHash('sha256');
  for (const name of SOURCES) hash.update(name).update(readFileSync(join(SOURCE_FOLDER, name)));
  return hash.digest('hex');
}
