/**
 * The public functions of eft. Everything here runs in Node and in a browser: files are read through an
 * argument, and nothing writes anywhere.
 */
export { derive, type DeriveOptions } from './compiler/derive/derive.ts';
export {
  type Diagnostic,
  InternalError,
  type Outcome,
  type Severity,
  UserError,
} from './diagnostics/diagnostic.ts';
export { renderDiagnostic } from './diagnostics/render.ts';
export type { SourceFile, Span } from './diagnostics/span.ts';
export { format } from './grammar/format.ts';
export { parse } from './grammar/parse.ts';
export type { Program } from './grammar/syntax.ts';
export { type BackendProbe, probeBackends } from './runtime/backend.ts';
export { flow, type FlowOptions } from './runtime/flow/flow.ts';
export type { FlowResult } from './runtime/flow/flowResult.ts';
export { renderFlowCsv, renderFlowTable } from './runtime/flow/renderFlow.ts';
export type { Model, Study } from './theory/model.ts';
export { printTheory, type TheoryFormat } from './theory/printTheory.ts';
export type { Theory } from './theory/theory.ts';
