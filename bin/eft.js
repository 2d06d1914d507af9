#!/usr/bin/env node
import { existsSync } from 'node:fs';
import module from 'node:module';

const entry = new URL('../dist/cli/main.js', import.meta.url);

if (existsSync(entry)) {
  // Node 22.8 and later keep compiled code between runs, which shortens every start.
  module.enableCompileCache?.();
  await import(entry.href);
} else {
  process.stderr.write('eft: this copy has not been built yet. Run `npm run build` in its folder first.\n');
  process.exitCode = 4;
}
