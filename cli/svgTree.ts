import { InternalError } from '../diagnostics/diagnostic.ts';

/** An element of one of our own pictures, or a text between elements. */
export type SvgNode = SvgElement | string;

export interface SvgElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly SvgNode[];
}

const TOKEN = /<(\/?)([\w:-]+)((?:\s+[\w:-]+="[^"]*")*)\s*(\/?)>|([^<]+)/y;
const ATTRIBUTE = /([\w:-]+)="([^"]*)"/g;

/** Reads what our printers write, which is well-formed and without comments; anything else is a bug of ours. */
export function readSvg(svg: string): SvgElement {
  const root: { children: SvgNode[] } = { children: [] };
  const open: { name: string; children: SvgNode[] }[] = [{ name: '', ...root }];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(svg); match; match = TOKEN.exec(svg)) {
    const [, slash, name = '', attributes = '', empty, text] = match;
    const parent = open.at(-1)!;
    if (text !== undefined) parent.children.push(unescapeXml(text));
    else if (slash) {
      if (parent.name !== name) throw new InternalError(`</${name}> ends <${parent.name}> in a picture`);
      open.pop();
    } else {
      const children: SvgNode[] = [];
      parent.children.push({ name, attributes: readAttributes(attributes), children });
      if (!empty) open.push({ name, children });
    }
    if (TOKEN.lastIndex === svg.length) break;
  }
  const [svgElement] = open[0]!.children;
  if (open.length > 1 || svgElement === undefined || typeof svgElement === 'string')
    throw new InternalError('a picture that is not well-formed');
  return svgElement;
}

function readAttributes(text: string): ReadonlyMap<string, string> {
  return new Map(Array.from(text.matchAll(ATTRIBUTE), ([, key, value]) => [key!, unescapeXml(value!)]));
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

function unescapeXml(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => ENTITIES[name]!);
}
