/** A strict reader of the XML that pictures are made of: elements, quoted attributes, text, and the five entities. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: XmlElement[];
  /** All text inside, that of children included. */
  text: string;
}

const CHARACTERS = String.raw`(?:[^<&"\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|&(?:amp|lt|gt|quot|#39);)*`;
const TOKEN = new RegExp(
  String.raw`<(?<close>/?)(?<name>[A-Za-z][\w:-]*)(?<attributes>(?: [A-Za-z][\w:-]*="${CHARACTERS}")*)(?<empty>/?)>|(?<text>${CHARACTERS})`,
  'uy',
);
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

/** The root element. Throws Error when `source` is not well-formed. */
export function parseXml(source: string): XmlElement {
  const document: XmlElement = { name: '', attributes: new Map(), children: [], text: '' };
  const open = [document];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(source);
    if (!match?.[0]) throw new Error(`not XML: ${source.slice(at, at + 60)}`);
    const { close, name, attributes = '', empty, text } = match.groups as Record<string, string | undefined>;
    if (text !== undefined) for (const element of open) element.text += decoded(text);
    else if (close) {
      if (open.length < 2 || open.pop()?.name !== name) throw new Error(`</${name ?? ''}> closes nothing`);
    } else {
      const element = {
        name: name as string,
        attributes: readAttributes(attributes),
        children: [],
        text: '',
      };
      open[open.length - 1]?.children.push(element);
      if (!empty) open.push(element);
    }
  }
  const [root, ...more] = document.children;
  if (open.length !== 1 || !root || more.length > 0) throw new Error('not one element');
  return root;
}

/** The element and everything inside it. */
export function descendants(element: XmlElement): XmlElement[] {
  return [element, ...element.children.flatMap(descendants)];
}

function readAttributes(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, name, value] of text.matchAll(/ ([^=]+)="([^"]*)"/g)) {
    if (found.has(name as string)) throw new Error(`${name as string} is given twice`);
    found.set(name as string, decoded(value as string));
  }
  return found;
}

function decoded(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => ENTITIES[name] as string);
}
