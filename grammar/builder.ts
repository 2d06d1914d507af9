import { diagnostic } from '../diagnostics/catalogue.ts';
import { tokenSpan } from './scan.ts';
import { asciiName } from './spelling.ts';
import type { CstNode, IToken } from './chevrotain.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { SourceFile, Span } from '../diagnostics/span.ts';
import type { Identifier } from './syntax.ts';

/** What every step of the tree building needs: the file the spans point into, and a list for messages. */
export class Builder {
  readonly file: SourceFile;
  readonly diagnostics: Diagnostic[] = [];

  constructor(file: SourceFile) {
    this.file = file;
  }

  report(message: Diagnostic): void {
    this.diagnostics.push(message);
  }

  span({ location }: CstNode): Span {
    const { startOffset, endOffset } = location!;
    return { file: this.file, start: startOffset, end: endOffset! + 1 };
  }

  spanOf(token: IToken): Span {
    return tokenSpan(this.file, token);
  }

  identifier(token: IToken): Identifier {
    return { name: asciiName(token.image), span: this.spanOf(token) };
  }

  /** The whole number a token stands for; reports anything else and anything out of range. */
  wholeNumber(token: IToken, what: string, low: number, high: number): number {
    const text = token.image;
    const value = Number(text);
    if (!Number.isInteger(value) || !/^\d+$/.test(text))
      this.report(diagnostic('EFT120', this.spanOf(token), { what, text }));
    else if (value < low || value > high)
      this.report(diagnostic('EFT122', this.spanOf(token), { what, low, high, text }));
    return value;
  }
}
