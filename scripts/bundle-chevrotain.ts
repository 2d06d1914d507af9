/**
 * Replaces the compiled door to Chevrotain by one bundled module. Loading the package's several hundred small
 * modules takes longer than everything else a short command does. Chevrotain is under the Apache License 2.0, its
 * dependency lodash-es under the MIT License; their notices are kept in the bundle.
 */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

await build({
  entryPoints: ['grammar/chevrotain.ts'],
  outfile: 'dist/grammar/chevrotain.js',
  absWorkingDir: fileURLToPath(new URL('..', import.meta.url)),
  bundle: true,
  format: 'esm',
  target: 'es2022',
  minify: true,
  legalComments: 'inline',
  banner: { js: '/*! Contains Chevrotain (Apache-2.0) and lodash-es (MIT). */' },
});
