/**
 * Replaces the compiled door to Chevrotain by one bundled module. Loading the package's several hundred small
 * modules takes longer than everything else a short command does. Chevrotain is under the Apache License 2.0, its
 * dependency lodash-es under the MIT License; their notices are kept in the bundle.
 */
import { build } from 'esbuild';

await build({
  entryPoints: ['grammar/chevrotain.ts'],
  outfile: 'dist/grammar/chevrotain.js',
  absWorkingDir: new URL('..', import.meta.url).pathname,
  bundle: true,
  format: 'esm',
  target: 'es2022',
  minify: true,
  legalComments: 'inline',
  banner: { js: '/*! Contains Chevrotain (Apache-2.0) and lodash-es (MIT). */' },
});
