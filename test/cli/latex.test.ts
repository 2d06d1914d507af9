import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import katex from 'katex';
import { expect, it } from 'vitest';
import { eft, ROOT } from './eft.ts';

const EXAMPLES = readdirSync(join(ROOT, 'examples')).filter((name) => name.endsWith('.eft'));

it.each(EXAMPLES)('the LaTeX of %s is a document of formulas that can be set', async (name) => {
  const { code, stdout } = await eft(['derive', join('examples', name), '--format', 'latex']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^\\documentclass\{article\}\n[^]*\\begin\{document\}[^]*\n\\end\{document\}\n$/);
  const body = stdout.slice(stdout.indexOf('\\begin{document}') + '\\begin{document}'.length);
  const displays = body.match(/\\begin\{align\*\}[^]*?\\end\{align\*\}/g) ?? [];
  const text = displays.reduce((rest, display) => rest.replace(display, ''), body);
  const inline = [...text.matchAll(/\$([^$]+)\$/g)].map(([, formula]) => formula!);
  expect(displays.length).toBeGreaterThan(2);
  for (const formula of [...displays, ...inline])
    katex.renderToString(formula, { throwOnError: true, strict: 'error', displayMode: true });
  // What is left is prose: nothing in it that LaTeX would act on but the commands of the page.
  const prose = text
    .replace(/\$[^$]+\$/g, '')
    .replace(/\\(section\*|noindent|end\{document\}|dots|[&#_%${}])/g, '');
  expect(prose).not.toMatch(/[\\&#_%^~$]/);
});
