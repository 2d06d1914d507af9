import { generateCstDts } from 'chevrotain';
import { format } from 'prettier';
import { EftParser } from '../grammar/parser.ts';

/** The text of `grammar/cst.ts`: types only, so that it costs nothing at run time. */
export async function generateCstTypes(): Promise<string> {
  const declarations = generateCstDts(new EftParser().getGAstProductions(), {
    includeVisitorInterface: false,
  });
  const local = declarations.replace(
    /import .* from "chevrotain"/,
    "import type { CstNode, IToken } from './chevrotain.ts'",
  );
  const heading = '/** Generated from the grammar by `npm run generate`; not to be edited. */\n';
  return await format(heading + local, { parser: 'typescript', printWidth: 110, singleQuote: true });
}
