/** The phase diagrams of a study. */
import { type Block, prose, text } from '../document.ts';
import { phaseChart, type PhaseResult } from '../plots/phaseChart.ts';

export function phaseBlocks(phases: readonly PhaseResult[]): Block[] {
  if (phases.length === 0) return [];
  return [
    { kind: 'heading', level: 2, text: [text('Phase diagram')] },
    ...phases.map((phase): Block => ({
      kind: 'figure',
      chart: phaseChart(phase),
      caption: prose`Colours are ${'\\log\\chi_\\perp = -1/\\xi_\\perp'} at the fixed point that the kernel goes to, in bands of the correlation depth: nearby inputs come together over ${'\\xi_\\perp'} layers, or part where it is negative.`,
    })),
  ];
}
