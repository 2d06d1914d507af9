/**
 * The standard files as a module: `compiler/prelude/texts.ts` from the `.eft` files next to it, so that a browser has them
 * too. `npm run generate` renews it; a test says when it is out of date.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';

const FOLDER = new URL('../compiler/prelude/', import.meta.url);

const HEADING = `/**
 * The files that \`import standard\` reads, by name. Generated from the .eft files of this folder by \`npm run generate\`; not to
 * be edited.
 */`;

export async function embedPrelude(): Promise<string> {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.eft'));
  const entries = names.sort().map((name) => {
    const text = readFileSync(new URL(name, FOLDER), 'utf8');
    return `[${JSON.stringify(name)}, \`${text.replace(/[`\\$]/g, '\\$&')}\`]`;
  });
  const code = `${HEADING}\nexport const PRELUDE: ReadonlyMap<string, string> = new Map([${entries.join(',')}]);`;
  return await format(code, { parser: 'typescript', printWidth: 110, singleQuote: true });
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(new URL('texts.ts', FOLDER), await embedPrelude());
