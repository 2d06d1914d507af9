/**
 * The public functions of eft. Everything here runs in Node and in a browser: files are read through an
 * argument, and nothing writes anywhere.
 */
export { applyOverrides } from './compiler/applyOverrides.ts';
export { compile } from './compiler/compile.ts';
export { readCouplingAxis } from './compiler/readCouplingAxis.ts';
export type { CompilerHost } from './compiler/host.ts';
export { derive, type DeriveOptions } from './compiler/derive/derive.ts';
export { couplingNames, explain, type ExplainOptions } from './compiler/derive/explain.ts';
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
export { type Backend, BACKEND_NAMES, type BackendName, openBackend } from './runtime/backend.ts';
export { type BackendProbe, probeBackend } from './runtime/probeBackend.ts';
export { check, type CheckTheoryOptions, predictTheory } from './runtime/check/checkTheory.ts';
export type { Prediction } from './runtime/check/prediction.ts';
export {
  isPerThread,
  openStream,
  type Simulator,
  type Stream,
  type SumNetworks,
  type Sums,
} from './runtime/check/streams.ts';
export type { Checkpoint } from './runtime/check/checkpoint.ts';
export { renderReport } from './runtime/check/renderReport.ts';
export type { CheckReport } from './runtime/check/report.ts';
export { advise, type AdviseOptions } from './runtime/criticality/advise.ts';
export type { Advice, AdviceLine } from './runtime/criticality/adviceReport.ts';
export { renderAdvice } from './runtime/criticality/renderAdvice.ts';
export { couplingFlow, type CouplingFlow, defaultAxes } from './runtime/criticality/couplingFlow.ts';
export { defaultRequest } from './runtime/criticality/defaultRequest.ts';
export { findCritical } from './runtime/criticality/findCritical.ts';
export { renderCritical } from './runtime/criticality/renderCritical.ts';
export type {
  CriticalPoint,
  CriticalReport,
  FixedPoint,
  RejectedBranch,
} from './runtime/criticality/report.ts';
export { phaseDiagram, type PhaseDiagram } from './runtime/criticality/phaseDiagram.ts';
export { renderPhase, renderPhaseCsv } from './runtime/criticality/renderPhase.ts';
export { renderUniversality } from './runtime/criticality/renderUniversality.ts';
export type { ScalingEntry, UniversalityReport } from './runtime/criticality/scalingReport.ts';
export { universality } from './runtime/criticality/universality.ts';
export { flow, type FlowOptions } from './runtime/flow/flow.ts';
export type { FlowResult } from './runtime/flow/flowResult.ts';
export { renderFlowCsv, renderFlowTable } from './runtime/flow/renderFlow.ts';
export {
  type KernelMatrix,
  kernelMatrices,
  type KernelMatrixOptions,
} from './runtime/kernelMatrices/kernelMatrix.ts';
export { kernelVectors } from './runtime/kernelMatrices/kernelMatrix.ts';
export type { KernelPlan } from './runtime/kernelMatrices/kernelPlan.ts';
export { tilesOf } from './runtime/kernelMatrices/kernelTile.ts';
export { kernelObservables, type KernelOptions, planKernel } from './runtime/kernelMatrices/planKernel.ts';
export { type CouplingAxis, couplingSymbols } from './theory/couplingAxis.ts';
export { drawExplanation, type DrawnTerm } from './theory/explanation/drawExplanation.ts';
export type { Contribution, ExplainedTerm, Explanation } from './theory/explanation/explanation.ts';
export { type ExplanationFormat, printExplanation } from './theory/explanation/printExplanation.ts';
export type { CheckRequest, CriticalRequest, Model, PhaseRequest, Study } from './theory/model.ts';
export { printTheory, type TheoryFormat } from './theory/printTheory.ts';
export { simplifyCoefficients } from './theory/simplifyCoefficients.ts';
export { endsOnFunctions, type Theory } from './theory/theory.ts';
