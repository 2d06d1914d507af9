/** Phase diagrams as CSV for other programs and in a few lines for readers. */
import { formatValue } from './formatValue.ts';
import type { PhaseDiagram } from './phaseDiagram.ts';

/** One point of a grid a line (RFC 4180); depths are empty where they are infinite. */
export function renderPhaseCsv(diagrams: readonly PhaseDiagram[]): string {
  const lines = diagrams.flatMap(
    ({ study, axes: [first, second], kernel, parallel, perpendicular, depths, phase }) => [
      ['study', first.parameter, second.parameter, 'K', 'chi_par', 'chi_perp', 'xi_par', 'xi_perp', 'phase'],
      ...second.values.flatMap((y, j) =>
        first.values.map((x, i) => [
          study,
          ...[x, y, kernel[j]?.[i], parallel[j]?.[i], perpendicular[j]?.[i]].map((value) =>
            String(value ?? ''),
          ),
          ...[depths.parallel[j]?.[i], depths.perpendicular[j]?.[i]].map((value) => String(value ?? '')),
          phase[j]?.[i] ?? '',
        ]),
      ),
    ],
  );
  return lines.map((cells) => `${cells.map(quoted).join(',')}\n`).join('');
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

export function renderPhase({ study, activations, given, axes, phase, line }: PhaseDiagram): string {
  const values = [
    ...Object.entries(activations).map(([slot, name]) => `${slot} = ${name}`),
    ...Object.entries(given).map(([name, value]) => `${name} = ${formatValue(value)}`),
  ];
  const [first, second] = axes;
  const range = axes.map(
    ({ parameter, values: all }) =>
      `${parameter} = ${formatValue(all[0] ?? NaN)} .. ${formatValue(all.at(-1) ?? NaN)}`,
  );
  const counts = (['ordered', 'chaotic', 'divergent'] as const).map((name) => {
    const count = phase.flat().filter((each) => each === name).length;
    return `${name} ${formatValue((100 * count) / (first.values.length * second.values.length), 3)} %`;
  });
  const pieces = line.flatMap((vertices, k) => {
    const shown = [0, 0.25, 0.5, 0.75, 1].map((t) => vertices[Math.round(t * (vertices.length - 1))]!);
    return [
      `  line ${k + 1} of chi_perp = 1, ${vertices.length} points`,
      ...shown.map(
        ({ at, jump }) =>
          `    ${first.parameter} = ${formatValue(at[0])}, ${second.parameter} = ${formatValue(at[1])}${jump ? ' (K jumps)' : ''}`,
      ),
    ];
  });
  return [
    `Study "${study}": ${values.join(', ')}`,
    `  ${range.join(', ')}: ${counts.join(', ')}`,
    ...pieces,
    '',
  ].join('\n');
}
