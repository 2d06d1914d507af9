/** The report of every example, as a page and for LaTeX: complete, harmless, and accepted by a browser and by pdflatex. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { renderPdf } from '../../cli/pdf.ts';
import { katexStyle } from '../../cli/fonts.ts';
import { chartsOf, drawingsOf, printHtml, printTex, renderChart, type Document } from '../../report/index.ts';
import { hostileModel, reportOf, type ReportChoice } from './reports.ts';

const EXAMPLES = readdirSync('examples').filter((file) => file.endsWith('.eft'));
const FOLDER = mkdtempSync(join(tmpdir(), 'eft-report-'));
const NAMES = [...EXAMPLES.map((file) => file.replace('.eft', '')), 'hostile'];

const CHOICES: Readonly<Record<string, ReportChoice>> = {
  // One study of each class; test/criticality has the others.
  criticality: { studies: ['relu', 'tanh', 'gelu', 'cubic'] },
  ntk: { couplings: true },
  hostile: { couplings: true },
};

const documents = new Map<string, Document>();
const pages = new Map<string, string>();
const texts = new Map<string, string>();

beforeAll(async () => {
  const style = katexStyle();
  for (const name of NAMES) {
    const source =
      name === 'hostile'
        ? hostileModel()
        : { name: `${name}.eft`, text: readFileSync(`examples/${name}.eft`, 'utf8') };
    const document = await reportOf(source, CHOICES[name]);
    documents.set(name, document);
    pages.set(name, await printHtml(document, { katexStyle: style }));
    texts.set(
      name,
      printTex(document, { figure: (k) => `figures/${k}.pdf`, drawing: (k) => `terms/${k}.pdf` }),
    );
    writeFileSync(join(FOLDER, `${name}.html`), pages.get(name)!);
    writeFileSync(join(FOLDER, `${name}.tex`), texts.get(name)!);
  }
}, 120_000);

describe.each(NAMES)('the page of %s', (name) => {
  it('has every part, and fetches and runs nothing', () => {
    const page = pages.get(name)!;
    for (const section of ['Conventions', 'Model', 'Derivation', 'Study', 'The file', 'How this was made'])
      expect(page).toMatch(new RegExp(`<h2 id="section-\\d+">${section}`));
    expect(page.match(/<figure><svg /g)?.length ?? 0).toBe(chartsOf(documents.get(name)!.blocks).length);
    expect(page).not.toMatch(/<(script|img|iframe|object|embed|form|base)\b/i);
    expect(page).not.toMatch(/<[^>]*\son\w+=/i);
    expect(page).not.toMatch(/(?:src|href)="(?!#|data:)/);
    expect(page.match(/url\(/g)!.length).toBe(page.match(/url\(data:font\/woff2;base64,/g)!.length);
    // Formulas that KaTeX did not understand would be here.
    expect(page).not.toContain('<code>\\');
  });

  it('is well-formed: every element is closed by its own end', () => {
    const open: string[] = [];
    for (const [, slash, tag, empty] of pages
      .get(name)!
      .matchAll(/<(\/?)([a-zA-Z][\w-]*)(?:\s[^<>]*?)?(\/?)>/g)) {
      if (empty || ['meta', 'link'].includes(tag!)) continue;
      if (slash) expect(open.pop()).toBe(tag);
      else open.push(tag!);
    }
    expect(open).toEqual([]);
  });
});

it('a study that searches and maps has its critical points, map, universality and advice written up', () => {
  const [page, text] = [pages.get('criticality')!, texts.get('criticality')!];
  const study = page.slice(page.indexOf('>Study: tanh</h2>'), page.indexOf('>Study: gelu</h2>'));
  for (const section of ['Criticality', 'Phase diagram', 'Universality', 'Advice'])
    expect(study).toMatch(new RegExp(`<h3[^>]*>${section}<`));
  expect(study).toContain('L / n = 0.261</annotation>');
  expect(study).toContain(' for 1 output');
  expect(study).toContain('torch.nn.init.normal_(module.weight, 0.0, math.sqrt(1 / module.in_features))');
  expect(text).toContain('K \\sim \\frac{1}{2}\\,\\ell^{-1}');
  // Without a critical point there is nothing to say beyond the reason.
  const none = page.slice(page.indexOf('>Study: cubic</h2>'), page.indexOf('>The file</h2>'));
  expect(none).toContain('No critical point');
  expect(none).not.toMatch(/Universality|Advice/);
});

describe.each(NAMES)('the LaTeX of %s', (name) => {
  it('is ASCII with nothing of the file in commands', () => {
    const text = texts.get(name)!;
    expect(text).toMatch(/^[\n -~]*$/);
    expect(text).not.toMatch(/\\(input|write18|immediate|openin)\b/);
    expect(text.match(/\\end\{document\}/g)).toHaveLength(1);
    expect(text.match(/\{figures\/\d+\.pdf\}/g) ?? []).toHaveLength(
      chartsOf(documents.get(name)!.blocks).length,
    );
    // The diagrams of the terms.
    expect(text.match(/\{terms\/\d+\.pdf\}/g) ?? []).toHaveLength(
      drawingsOf(documents.get(name)!.blocks).length,
    );
  });
});

function found(program: string, ...args: string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}

const hasPdflatex = found('pdflatex', '--version');
const hasChromium = found('chromium', '--version');

// Without the program there is nothing to ask; the name of the test says so.
it.skipIf(!hasPdflatex)(
  `pdflatex compiles the longest, the shortest and the hostile one${hasPdflatex ? '' : ' (pdflatex is not installed)'}`,
  async () => {
    const [chart] = chartsOf(documents.get('tanh')!.blocks);
    const picture = await renderPdf(await renderChart(chart!, { pinned: true }));
    for (const [folder, count] of [
      ['figures', 9],
      ['terms', 30],
    ] as const) {
      mkdirSync(join(FOLDER, folder));
      for (let k = 0; k < count; k++) writeFileSync(join(FOLDER, folder, `${k}.pdf`), picture);
    }
    for (const name of ['ntk', 'criticality', 'hostile']) {
      const result = spawnSync('pdflatex', ['-interaction=nonstopmode', '-halt-on-error', `${name}.tex`], {
        cwd: FOLDER,
        encoding: 'latin1',
      });
      expect(result.status, result.stdout.slice(-2000)).toBe(0);
    }
  },
  120_000,
);

it.skipIf(!hasChromium)(
  `Chromium opens every page without a message on its console${hasChromium ? '' : ' (chromium is not installed)'}`,
  () => {
    // One more page has something to say: that we would have heard of it.
    writeFileSync(join(FOLDER, 'canary.html'), '<!DOCTYPE html><script>console.error("heard")</script>');
    const frames = [...NAMES, 'canary'].map((name) => `<iframe src="${name}.html"></iframe>`).join('');
    const messages = consoleMessages(
      `<!DOCTYPE html><title>all</title><link rel="icon" href="data:,">${frames}`,
    );
    expect(messages).toEqual([expect.stringContaining('heard')]);
  },
  120_000,
);

function consoleMessages(page: string): string[] {
  const path = join(FOLDER, 'all.html');
  writeFileSync(path, page);
  const profile = mkdtempSync(join(dirname(FOLDER), 'eft-chromium-'));
  const { stderr } = spawnSync(
    'chromium',
    [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--enable-logging=stderr',
      `--user-data-dir=${profile}`,
      '--virtual-time-budget=5000',
      '--dump-dom',
      `file://${path}`,
    ],
    { encoding: 'utf8' },
  );
  return stderr.split('\n').filter((line) => line.includes('CONSOLE'));
}
