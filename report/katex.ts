/** The one door to KaTeX: formulas as HTML and MathML. */
import katex from 'katex';
import { escapeXml } from '../theory/explanation/svg.ts';

/** A formula of ours as HTML; one that KaTeX does not understand is shown as it is written. */
export function renderMath(tex: string, displayMode: boolean): string {
  try {
    // Nothing in a formula may make a link, load a picture or set a class.
    return katex.renderToString(tex, { displayMode, throwOnError: true, strict: 'ignore', trust: false });
  } catch (error) {
    if (!(error instanceof katex.ParseError)) throw error;
    return `<code>${escapeXml(tex)}</code>`;
  }
}
