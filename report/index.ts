/** Pictures and documents of results. Everything here runs in Node and in a browser; fonts and style sheets are arguments. */
export type { Chart } from './chart.ts';
export { chartCsv, chartJson, chartNpy, chartRows, type ChartRow } from './chartData.ts';
export { explanationDocument } from './content/explanation.ts';
export type { StudyResults } from './content/study.ts';
export { type Block, chartsOf, type Document, drawingsOf } from './document.ts';
export type { Label } from './label.ts';
export { couplingChart } from './plots/couplingChart.ts';
export { flowChart, type MeasuredLayer } from './plots/flowChart.ts';
export { parameterLabels } from './plots/notes.ts';
export { phaseChart, type PhaseResult } from './plots/phaseChart.ts';
export { scalingChart } from './plots/scalingChart.ts';
export { type CheckedStudy, widthChart } from './plots/widthChart.ts';
export { type HtmlOptions, printHtml } from './printHtml.ts';
export { printTex, type TexOptions } from './printTex.ts';
export { type Making, reportDocument, type ReportInput } from './reportDocument.ts';
export { renderChart, type SvgOptions } from './vega.ts';
