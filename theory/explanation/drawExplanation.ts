/** Every term of an explanation as an SVG picture: black on white, shapes and dashes carry the meaning, colour only helps. */
import { textNotation } from '../notation.ts';
import { printTextExpression } from '../printExpression.ts';
import { printOrbit } from '../printRecursion.ts';
import type { Theory } from '../theory.ts';
import {
  LABEL_SIZE,
  layOutDiagram,
  type DiagramLayout,
  type PlacedKnot,
  type PlacedLeg,
  type PlacedShape,
  type Point,
} from './diagramLayout.ts';
import type { ContractionKind, ExplainedTerm, Explanation } from './explanation.ts';
import { element, escapeXml, richText } from './svg.ts';
import { termGraph } from './termGraph.ts';

export interface DrawnTerm {
  /** `V-3.svg`, `V-function-1.svg` for V~: of letters, digits, `_` and `-` only. */
  readonly name: string;
  readonly svg: string;
}

const NOTATION = textNotation(printTextExpression);

/** One file a term, numbered as in the text, straight on through explanations of the same name. */
export function drawExplanation(theory: Theory, explanations: readonly Explanation[]): DrawnTerm[] {
  const drawn = explanations.flatMap((explanation) =>
    explanation.terms.map((term, k) => ({
      stem: explanation.name
        .replace('~', '-function')
        .replace(/[^\w-]+/g, '-')
        .replace(/^-|-$/g, ''),
      svg: drawTerm(explanation, term, k + 1),
    })),
  );
  return drawn.map(({ stem, svg }, k) => ({ name: `${stem}-${k + 1}.svg`, svg }));
}

const MARGIN = 16;
const TITLE_SIZE = 14;
const CAPTION_SIZE = 12;
/** Of a monospaced face. */
const CAPTION_ADVANCE = 0.605 * CAPTION_SIZE;
const LINE_HEIGHT = 17;
const LEAST_WIDTH = 460;

function drawTerm({ recursion, terms }: Explanation, explained: ExplainedTerm, number: number): string {
  const { family, order, samples } = recursion;
  const layout = layOutDiagram(termGraph(explained), samples);
  const left = NOTATION.coupling(family, order, samples, 'next');
  const title = `${left}, term ${number} of ${terms.length}`;
  const { term, permutations } = explained;
  const { sign, body } = printOrbit({ term, others: permutations }, samples, NOTATION);
  const formula = `${sign} ${body}${permutations === 0 ? '' : ` (+ ${permutations} perm.)`}`;
  const width = Math.max(LEAST_WIDTH, layout.width + 2 * MARGIN);
  const columns = Math.floor((width - 2 * MARGIN) / CAPTION_ADVANCE);
  const caption = [
    ...wrap(formula, columns).map((text) => ({ text, fill: '#111' })),
    ...wrap(legendOf(layout), columns).map((text) => ({ text, fill: '#555' })),
  ];
  const top = MARGIN + TITLE_SIZE + 14;
  const captionTop = top + layout.height + CAPTION_SIZE;
  const height = captionTop + (caption.length - 1) * LINE_HEIGHT + MARGIN;
  return `${element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${Math.ceil(width)} ${Math.ceil(height)}`,
      width: Math.ceil(width),
      height: Math.ceil(height),
      role: 'img',
      'font-family': 'STIX Two Text, Georgia, DejaVu Serif, serif',
    },
    element('title', {}, escapeXml(title)),
    element('desc', {}, escapeXml(formula)),
    element('rect', { width: '100%', height: '100%', fill: '#fff' }),
    element(
      'text',
      { x: MARGIN, y: MARGIN + TITLE_SIZE, 'font-size': TITLE_SIZE, 'font-weight': 'bold' },
      escapeXml(title),
    ),
    element(
      'g',
      { transform: `translate(${Math.round((width - layout.width) / 2)} ${top})` },
      ...drawLayout(layout),
    ),
    ...caption.map(({ text, fill }, k) =>
      element(
        'text',
        {
          x: MARGIN,
          y: captionTop + k * LINE_HEIGHT,
          fill,
          'font-size': CAPTION_SIZE,
          'font-family': 'DejaVu Sans Mono, Menlo, Consolas, monospace',
          'xml:space': 'preserve',
        },
        escapeXml(text),
      ),
    ),
  )}\n`;
}

/** Lines first, so that shapes cover their ends. */
function drawLayout({ legs, knots, blobs, squares }: DiagramLayout): string[] {
  return [
    ...legs.map(drawLeg),
    ...knots.flatMap(drawLines),
    ...blobs.map(drawBlob),
    ...squares.map(drawSquare),
    ...knots.flatMap(drawKnot),
  ];
}

const STROKE = { fill: 'none', stroke: '#111', 'stroke-width': 1.5 };

function drawLeg({ from, to, through, ofField, ofFunction }: PlacedLeg): string {
  const stops = through ? [from, through, to] : [from, to];
  const curves = stops.slice(1).map((next, k) => {
    const { x, y } = stops[k] as Point;
    const bend = (y - next.y) * 0.45;
    return `C${xy(x, y - bend)} ${xy(next.x, next.y + bend)} ${xy(next.x, next.y)}`;
  });
  const d = `M${xy(from.x, from.y)}${curves.join('')}`;
  const pattern = ofField ? '6 4' : ofFunction ? '2 3' : undefined;
  const dashes: Record<string, string> = pattern === undefined ? {} : { 'stroke-dasharray': pattern };
  return element('path', { d, ...STROKE, ...dashes });
}

function xy(x: number, y: number): string {
  return `${Math.round(x * 100) / 100},${Math.round(y * 100) / 100}`;
}

function drawLines({ x, y, externals, ends }: PlacedKnot): string[] {
  return [
    ...externals.map((external) => line(external.x, external.y + 6, x, y)),
    ...ends.map((end) => line(x, y, end.x, end.y)),
  ];
}

function line(x1: number, y1: number, x2: number, y2: number): string {
  return element('line', { x1, y1, x2, y2, ...STROKE });
}

function drawBlob({ x, y, width, height, label }: PlacedShape): string {
  const shape = element('ellipse', {
    cx: x,
    cy: y,
    rx: width / 2,
    ry: height / 2,
    fill: '#dcecf7',
    stroke: '#0072b2',
    'stroke-width': 1.8,
  });
  return shape + richText(x, y + LABEL_SIZE * 0.3, LABEL_SIZE, label, { 'font-style': 'italic' });
}

function drawSquare({ x, y, width, height, label }: PlacedShape): string {
  const shape = element('rect', {
    x: x - width / 2,
    y: y - height / 2,
    width,
    height,
    fill: '#fdebd6',
    stroke: '#b34700',
    'stroke-width': 1.8,
  });
  return shape + richText(x, y + LABEL_SIZE * 0.34, LABEL_SIZE, label, { 'font-weight': 'bold' });
}

function drawKnot({ x, y, kind, label, externals }: PlacedKnot): string[] {
  const size = LABEL_SIZE * 0.8;
  return [
    MARKS[kind](x, y),
    richText(x + 10, y + 5, size, label, { 'text-anchor': 'start' }),
    ...externals.flatMap(({ node, x: at, y: above }) => [
      richText(at, above, LABEL_SIZE, [{ text: node.sample }], { class: 'sample', 'font-style': 'italic' }),
      ...(node.field === 'z' ? [] : [richText(at, above - 17, size * 0.9, [{ text: node.field }])]),
    ]),
  ];
}

const MARKS: Readonly<Record<ContractionKind, (x: number, y: number) => string>> = {
  variance: (cx, cy) => element('circle', { cx, cy, r: 4.5, fill: '#111' }),
  cumulant: (x, y) => element('rect', { x: x - 5, y: y - 5, width: 10, height: 10, fill: '#111' }),
  'learning-rate': (x, y) =>
    element('path', {
      d: `M${xy(x, y - 7)}L${xy(x + 7, y)}L${xy(x, y + 7)}L${xy(x - 7, y)}Z`,
      ...STROKE,
      fill: '#fff',
    }),
  skip: (cx, cy) => element('circle', { cx, cy, r: 4.5, ...STROKE, fill: '#fff' }),
  function: (cx, cy) => element('circle', { cx, cy, r: 4.5, ...STROKE, fill: '#fff' }),
};

const MEANINGS: Readonly<Record<ContractionKind, string>> = {
  variance: 'dot: variance',
  cumulant: 'black box: higher cumulant of the prior',
  'learning-rate': 'diamond: learning rate',
  skip: 'ring: skip connection',
  function: 'ring with f: any function of the neuron',
};

/** What is drawn, explained: only the signs that occur. */
function legendOf({ knots, blobs, squares, legs }: DiagramLayout): string {
  const kinds = new Set(knots.map(({ kind }) => kind));
  return [
    ...Object.entries(MEANINGS).flatMap(([kind, meaning]) =>
      kinds.has(kind as ContractionKind) ? [meaning] : [],
    ),
    ...(blobs.length > 0 ? ['blob: average over K'] : []),
    ...(squares.length > 0 ? ['square: coupling of layer l'] : []),
    ...(legs.some(({ ofField, ofFunction }) => !ofField && !ofFunction) ? ['line: d/dz'] : []),
    ...(legs.some(({ ofFunction }) => ofFunction) ? ['dots: the function a coupling ends on'] : []),
    ...(legs.some(({ ofField }) => ofField) ? ['dashes: node of a field'] : []),
  ].join('; ');
}

/** Lines of at most `columns` characters, broken at spaces; a longer word stands alone. */
function wrap(text: string, columns: number): string[] {
  const lines = text.split(' ').reduce<string[]>((all, word) => {
    const last = all[all.length - 1];
    if (last === undefined || last.length + 1 + word.length > columns) return [...all, word];
    return [...all.slice(0, -1), `${last} ${word}`];
  }, []);
  return lines.map((each, k) => (k === 0 ? each : `  ${each}`));
}
