/** The renormalisation-group flow of a study. */
import type { CouplingFlow } from '../../runtime/criticality/couplingFlow.ts';
import { type Block, prose, text } from '../document.ts';
import { couplingChart } from '../plots/couplingChart.ts';

export function couplingBlocks(flows: readonly CouplingFlow[]): Block[] {
  const [first, ...others] = flows;
  if (!first) return [];
  return [
    { kind: 'heading', level: 2, text: [text('Flow of the couplings')] },
    {
      kind: 'figure',
      chart: couplingChart([first, ...others]),
      caption: prose`Where other inputs would go: lines follow the arrows from one layer to the next in the plane of two couplings of one input. Fixed points are filled where they are stable and open where they are unstable; a coupling that goes on growing while ${'K'} stays has a line instead, solid, dashed and dotted for stable, half-stable and unstable.`,
    },
  ];
}
