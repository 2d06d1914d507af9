/**
 * The one door to Chevrotain. The package loads several hundred small modules, which costs more than parsing;
 * `npm run build` replaces the compiled form of this file by one bundled module.
 */
export { createToken, CstParser, EOF, Lexer, tokenMatcher } from 'chevrotain';
export type {
  CstNode,
  CstNodeLocation,
  ILexingError,
  IParserErrorMessageProvider,
  IRecognitionException,
  IToken,
  TokenType,
} from 'chevrotain';
