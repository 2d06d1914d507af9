/** A document as one HTML page: no script, nothing fetched, formulas set already. */
import { escapeXml } from '../theory/explanation/svg.ts';
import { brokenLines } from './breakEquation.ts';
import type { Block, DisplayedEquation, Document, Inline, TableBlock } from './document.ts';
import { renderMath } from './katex.ts';
import { PAGE_STYLE } from './pageStyle.ts';
import { binary, VERDICTS } from './printTex.ts';
import { renderChart } from './vega.ts';

export interface HtmlOptions {
  /** The style sheet of KaTeX, its fonts in it. */
  readonly katexStyle: string;
}

/** What the page may do: show itself. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:";

export async function printHtml(document: Document, { katexStyle }: HtmlOptions): Promise<string> {
  const { title, subtitle, blocks } = document;
  const figures = await drawFigures(blocks);
  const body = printBlocks(blocks, figures);
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${escapeXml(title)}</title>
<style>${katexStyle}</style>
<style>${PAGE_STYLE}</style>
</head>
<body>
<header>
<h1>${escapeXml(title)}</h1>
<p class="subtitle">${inlines(subtitle)}</p>
${contents(blocks)}
</header>
<main>
${body}
</main>
</body>
</html>
`;
}

type Figures = ReadonlyMap<Block, string>;

async function drawFigures(blocks: readonly Block[]): Promise<Figures> {
  const figures = new Map<Block, string>();
  for (const block of blocks) {
    if (block.kind === 'figure') figures.set(block, await renderChart(block.chart));
    if (block.kind === 'details')
      for (const [key, svg] of await drawFigures(block.blocks)) figures.set(key, svg);
  }
  return figures;
}

/** Headings of the first level are numbered by their place, which is also their anchor. */
function contents(blocks: readonly Block[]): string {
  const items = sections(blocks).map(
    (heading, k) => `<li><a href="#section-${k + 1}">${inlines(heading.text)}</a></li>`,
  );
  return `<nav aria-label="Contents"><ol>${items.join('')}</ol></nav>`;
}

type Heading = Extract<Block, { kind: 'heading' }>;

function sections(blocks: readonly Block[]): Heading[] {
  return blocks.filter((block): block is Heading => block.kind === 'heading' && block.level === 1);
}

function printBlocks(blocks: readonly Block[], figures: Figures): string {
  const numbered = sections(blocks);
  return blocks
    .map((block) =>
      block.kind === 'heading' && block.level === 1
        ? `<h2 id="section-${numbered.indexOf(block) + 1}">${inlines(block.text)}</h2>`
        : printBlock(block, figures),
    )
    .join('\n');
}

function printBlock(block: Block, figures: Figures): string {
  switch (block.kind) {
    case 'heading':
      return `<h${block.level + 1}>${inlines(block.text)}</h${block.level + 1}>`;
    case 'paragraph':
      return `<p>${inlines(block.text)}</p>`;
    case 'list':
      return `<ul>${block.items.map((item) => `<li>${inlines(item)}</li>`).join('')}</ul>`;
    case 'equations':
      return block.equations.map(printEquation).join('\n');
    case 'table':
      return printTable(block);
    case 'figure':
      return `<figure>${figures.get(block) ?? ''}<figcaption>${inlines(block.caption)}</figcaption></figure>`;
    case 'drawing':
      return `<div class="drawing">${block.svg}</div>`;
    case 'source':
      return printSource(block.text);
    case 'verdict':
      return `<p class="verdict ${block.verdict}"><strong>${VERDICTS[block.verdict]}</strong> ${inlines(block.text)}</p>`;
    case 'details':
      return `<details><summary>${inlines(block.summary)}</summary>\n${block.blocks.map((each) => printBlock(each, figures)).join('\n')}\n</details>`;
  }
}

function inlines(parts: readonly Inline[]): string {
  return parts.map(inline).join('');
}

function inline(part: Inline): string {
  switch (part.kind) {
    case 'text':
      return escapeXml(part.text);
    case 'strong':
      return `<strong>${escapeXml(part.text)}</strong>`;
    case 'code':
      return `<code>${escapeXml(part.text)}</code>`;
    case 'tex':
      return renderMath(part.tex, false);
  }
}

function printEquation(equation: DisplayedEquation): string {
  const [first = '0', ...rest] = brokenLines(equation);
  const lines = [
    `${equation.left} &${equation.relation ?? '='} ${first}`,
    ...rest.map((line) => `&\\qquad ${binary(line)}`),
  ];
  return `<div class="equation">${renderMath(`\\begin{aligned} ${lines.join(' \\\\ ')} \\end{aligned}`, true)}</div>`;
}

function printTable({ caption, columns, rows }: TableBlock): string {
  const cell = (tag: string, content: readonly Inline[], k: number): string =>
    `<${tag}${columns[k]?.align === 'right' ? ' class="number"' : ''}>${inlines(content)}</${tag}>`;
  const head = columns.map(({ head: content }, k) => cell('th', content, k)).join('');
  const lines = rows.map(
    (row) => `<tr${verdictClass(row)}>${row.map((content, k) => cell('td', content, k)).join('')}</tr>`,
  );
  return [
    '<div class="table"><table>',
    ...(caption ? [`<caption>${inlines(caption)}</caption>`] : []),
    `<thead><tr>${head}</tr></thead>`,
    `<tbody>\n${lines.join('\n')}\n</tbody>`,
    '</table></div>',
  ].join('\n');
}

/** A row that ends in a rejection is marked. */
function verdictClass(row: readonly (readonly Inline[])[]): string {
  const [last] = row.at(-1) ?? [];
  return last?.kind === 'strong' && last.text === 'disagree' ? ' class="disagree"' : '';
}

function printSource(source: string): string {
  const lines = source
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => `<span class="line">${highlight(line)}</span>`);
  return `<pre class="source">${lines.join('')}</pre>`;
}

/** Comments apart from the rest; a `#` within quotation marks begins none. */
function highlight(line: string): string {
  const at = commentStart(line);
  const comment = line.slice(at);
  return (
    escapeXml(line.slice(0, at)) +
    (comment === '' ? '' : `<span class="comment">${escapeXml(comment)}</span>`)
  );
}

function commentStart(line: string): number {
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    if (line[at] === '"') quoted = !quoted;
    if (line[at] === '#' && !quoted) return at;
  }
  return line.length;
}
