/** The one door to Vega: draws a chart as SVG. */
import type { Runtime } from 'vega';
import { escapeXml } from '../theory/explanation/svg.ts';
import type { Chart } from './chart.ts';
import { plainLabel, type Label } from './label.ts';
import { labelSpans, UPRIGHT_FONT, type Anchor } from './labelText.ts';
import { layOutChart } from './layout.ts';
import { chartSpec, CLOSE, OPEN } from './vegaSpec.ts';

export interface SvgOptions {
  /** CSS put into the picture: the fonts, where the picture has to stand alone. */
  readonly style?: string;
  /** Places every run of text, for renderers that would mix up fonts otherwise. */
  readonly pinned?: boolean;
}

/** An SVG document. Vega's expressions are interpreted, not compiled: nothing is evaluated as code. */
export async function renderChart(chart: Chart, { style, pinned = false }: SvgOptions = {}): Promise<string> {
  const { spec, labels } = chartSpec(chart, layOutChart(chart));
  // Loaded when the first picture is drawn: the numbers of one go without.
  const [{ parse, View }, { expressionInterpreter }] = await Promise.all([
    import('vega'),
    import('vega-interpreter'),
  ]);
  const runtime: Runtime = parse(spec, {}, { ast: true });
  const view = new View(runtime, { renderer: 'none', expr: expressionInterpreter as never });
  const svg = await view.toSVG();
  view.finalize();
  return describe(withLabels(svg, labels, pinned), chart, style);
}

const TEXT = new RegExp(
  `<text text-anchor="(start|middle|end)"([^>]*?) font-family="[^"]*" font-size="([\\d.]+)px"([^>]*)>${OPEN}(\\d+)${CLOSE}<`,
  'g',
);

function withLabels(svg: string, labels: readonly Label[], pinned: boolean): string {
  return svg.replace(
    TEXT,
    (_, anchor: Anchor, before: string, size: string, after: string, index: string) =>
      `<text text-anchor="${pinned ? 'start' : anchor}"${before} font-size="${size}"${after}>` +
      `${labelSpans(labels[Number(index)] ?? [], Number(size), pinned ? anchor : undefined)}<`,
  );
}

/** A title for those who do not see the picture, and one font for all of it. */
function describe(svg: string, chart: Chart, style: string | undefined): string {
  const title = escapeXml(plainLabel(chart.title));
  const panels = chart.panels.map(({ name }) => name).join(', ');
  const notes = chart.notes.map(plainLabel).join('; ');
  const description = escapeXml(
    [notes, panels === '' ? '' : `Panels: ${panels}`].filter((part) => part !== '').join('. '),
  );
  const head = `<title>${title}</title><desc>${description}</desc>${style === undefined ? '' : `<style>${style}</style>`}`;
  return svg
    .replace(/^<svg([^>]*?) class="marks"/, `<svg$1 role="img" font-family="${UPRIGHT_FONT}"`)
    .replace(/>/, () => `>${head}`);
}
