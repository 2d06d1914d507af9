import { Presets, SingleBar } from 'cli-progress';
import type { Terminal } from './terminal.ts';

/** Shows how far a long task is; does nothing where nobody watches. */
export interface Progress {
  /** `fraction` runs from 0 to 1. */
  readonly update: (fraction: number, label: string) => void;
  readonly stop: () => void;
}

const SILENT: Progress = { update: () => undefined, stop: () => undefined };

const LABELS_SIZE = 32;

/** Bar and labels on one line, also of a narrow terminal. */
function barSize({ columns = 80 }: { readonly columns?: number }): number {
  return Math.max(4, Math.min(40, columns - LABELS_SIZE));
}

/** A bar with the time left on standard error when that is a terminal. */
export function startProgress(terminal: Terminal): Progress {
  if (!terminal.progressStream) return SILENT;
  const bar = new SingleBar(
    {
      stream: terminal.progressStream,
      format: '{bar} {percentage} %  {label}  {eta_formatted} left',
      barsize: barSize(terminal.progressStream),
      clearOnComplete: true,
      hideCursor: true,
      // Speed differs between widths: an estimate over many updates is steadier than over the last few.
      etaBuffer: 100,
      // Ctrl-C belongs to the command.
      gracefulExit: false,
    },
    Presets.shades_classic,
  );
  bar.start(1, 0, { label: '' });
  return { update: (fraction, label) => bar.update(fraction, { label }), stop: () => bar.stop() };
}
