import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { renderPdf } from '../../cli/pdf.ts';
import { readSvg } from '../../cli/svgTree.ts';

const PICTURE =
  '<svg xmlns="http://www.w3.org/2000/svg" width="96" height="48"><title>a &amp; b</title>' +
  '<rect width="100%" height="100%" fill="#fff"/>' +
  '<g transform="translate(10,20)" fill="none"><path d="M0,0h20v10Z" stroke="#0072b2" stroke-dasharray="4,2"/>' +
  '<text text-anchor="end" fill="#1a1a1a" font-size="10"><tspan>K &lt; 中</tspan></text></g></svg>';

/** The pages' operators and everything else that is compressed, as one text. */
function contents(pdf: Uint8Array): string {
  const text = Buffer.from(pdf).toString('latin1');
  return Array.from(text.matchAll(/stream\r?\n([^]*?)\r?\nendstream/g), ([, data]) => {
    try {
      return inflateSync(Buffer.from(data!, 'latin1')).toString('latin1');
    } catch {
      return '';
    }
  }).join('\n');
}

describe('a picture as PDF', () => {
  it('is a page of its size, in lines and embedded fonts', async () => {
    const pdf = await renderPdf(PICTURE);
    const text = Buffer.from(pdf).toString('latin1');
    expect(text).toMatch(/^%PDF-1/);
    expect(text).toContain('/MediaBox [0 0 72 36]');
    expect(text).toMatch(/\/FontFile2/);
    expect(text).not.toContain('/Subtype /Image');
    const operators = contents(pdf);
    expect(operators).toMatch(/\[4 2\] 0 d/);
    expect(operators).toMatch(/0 0 m\n20 0 l\n20 10 l/);
    expect(operators).toContain('BT');
  });

  it('is the same every time', async () => {
    expect(await renderPdf(PICTURE)).toEqual(await renderPdf(PICTURE));
  });

  it('refuses what our pictures are not made of', async () => {
    await expect(renderPdf('<svg width="1" height="1"><image/></svg>')).rejects.toThrow(
      '<image> in a picture',
    );
    await expect(renderPdf('<svg width="1" height="1"><g></svg>')).rejects.toThrow('</svg> ends <g>');
    await expect(renderPdf('<svg width="1" height="1"><g>')).rejects.toThrow('not well-formed');
  });

  it('is read with its texts as they were before they were escaped', () => {
    const [title] = readSvg(PICTURE).children;
    expect(title).toMatchObject({ name: 'title', children: ['a & b'] });
  });
});
