import { initWasm, Resvg } from '@resvg/resvg-wasm';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { trueTypeFonts } from './fonts.ts';

let ready: Promise<void> | undefined;

/** The one door to resvg. `scale` is pixels to a pixel of the SVG; 96 of those make an inch. */
export async function renderPng(svg: string, scale: number): Promise<Uint8Array> {
  const wasm = createRequire(import.meta.url).resolve('@resvg/resvg-wasm/index_bg.wasm');
  await (ready ??= initWasm(readFileSync(wasm)));
  const picture = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: scale },
    font: { fontBuffers: trueTypeFonts(), defaultFontFamily: 'KaTeX_Main', serifFamily: 'KaTeX_Main' },
  });
  try {
    return picture.render().asPng();
  } finally {
    picture.free();
  }
}
