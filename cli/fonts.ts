import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** A file of KaTeX's distribution. */
export function katexFile(path: string): Buffer {
  return readFileSync(require.resolve(`katex/dist/${path}`));
}

/** The faces that pictures use. */
const FACES = [
  { family: 'KaTeX_Main', file: 'KaTeX_Main-Regular', weight: 'normal', style: 'normal' },
  { family: 'KaTeX_Main', file: 'KaTeX_Main-Bold', weight: 'bold', style: 'normal' },
  { family: 'KaTeX_Math', file: 'KaTeX_Math-Italic', weight: 'normal', style: 'italic' },
] as const;

/** CSS that carries the fonts, for a picture that has to look the same everywhere. */
export function fontStyle(): string {
  return FACES.map(
    ({ family, file, weight, style }) =>
      `@font-face{font-family:${family};font-weight:${weight};font-style:${style};` +
      `src:url(data:font/woff2;base64,${katexFile(`fonts/${file}.woff2`).toString('base64')}) format("woff2")}`,
  ).join('');
}

export function trueTypeFonts(): Uint8Array[] {
  return FACES.map(({ file }) => katexFile(`fonts/${file}.ttf`));
}

/** What pictures in PDF are written in: those faces, and two that the diagrams of terms use. */
export type PdfFace = 'upright' | 'bold' | 'mathematical' | 'italic' | 'typewriter';

const PDF_FACES: Readonly<Record<PdfFace, string>> = {
  upright: 'KaTeX_Main-Regular',
  bold: 'KaTeX_Main-Bold',
  mathematical: 'KaTeX_Math-Italic',
  italic: 'KaTeX_Main-Italic',
  typewriter: 'KaTeX_Typewriter-Regular',
};

export function pdfFonts(): [PdfFace, Buffer][] {
  return Object.entries(PDF_FACES).map(([face, file]) => [face as PdfFace, katexFile(`fonts/${file}.ttf`)]);
}

/** The faces that formulas of ours need besides; the other rules of the style sheet are left out. */
const FORMULA_FONTS: ReadonlySet<string> = new Set([
  'KaTeX_Main-Regular',
  'KaTeX_Main-Bold',
  'KaTeX_Main-Italic',
  'KaTeX_Math-Italic',
  'KaTeX_Caligraphic-Regular',
  'KaTeX_Size1-Regular',
  'KaTeX_Size2-Regular',
  'KaTeX_Size3-Regular',
  'KaTeX_Size4-Regular',
]);

/** The style sheet of KaTeX with its fonts in it. */
export function katexStyle(): string {
  const sheet = katexFile('katex.min.css').toString('utf8');
  return sheet.replace(/@font-face\{[^}]*\}/g, (rule) => {
    const [, name = ''] = /url\(fonts\/([\w-]+)\.woff2\)/.exec(rule) ?? [];
    if (!FORMULA_FONTS.has(name)) return '';
    const data = katexFile(`fonts/${name}.woff2`).toString('base64');
    return rule.replace(/src:[^;}]*/, `src:url(data:font/woff2;base64,${data}) format("woff2")`);
  });
}
