/** The lines of the model that terms come from, in the words of the file. */
import { visible } from '../../diagnostics/columns.ts';
import { positionAt, type Span } from '../../diagnostics/span.ts';
import type { Contraction, Explanation } from './explanation.ts';

export interface SourceLine {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The marked text on one line, control characters made visible. */
  readonly text: string;
}

export function sourceLine({ file, start, end }: Span): SourceLine {
  const text = visible(file.text.slice(start, end).replace(/\s+/g, ' '));
  return { file: visible(file.name), ...positionAt(file, start), text };
}

/** The terms of the layer equation that the nodes were read as, each once. */
export function equationSources({ terms }: Contraction): SourceLine[] {
  return distinct(terms.map(({ span }) => sourceLine(span)));
}

/** Where the prior or learning rate of the contraction was declared. */
export function groupSource({ kind, group }: Contraction): SourceLine[] {
  if (!group) return [];
  return [sourceLine(kind === 'learning-rate' ? (group.rateSpan ?? group.span) : group.span)];
}

/** Everything an explanation points at, in the order of the files. */
export function sourcesOf({ terms }: Explanation): SourceLine[] {
  const contractions = terms.flatMap(({ contributions }) =>
    contributions.flatMap(({ moments }) => moments.flatMap((moment) => moment.contractions)),
  );
  return distinct(contractions.flatMap((each) => [...equationSources(each), ...groupSource(each)])).sort(
    (p, q) => (p.file < q.file ? -1 : p.file > q.file ? 1 : p.line - q.line || p.column - q.column),
  );
}

/** `mlp.eft:15`, and `mlp.eft:15, 19` for two lines of one file. */
export function formatLines(sources: readonly SourceLine[]): string {
  const files = [...new Set(sources.map(({ file }) => file))];
  return files
    .map((file) => {
      const lines = sources.filter((source) => source.file === file).map(({ line }) => line);
      return `${file}:${[...new Set(lines)].join(', ')}`;
    })
    .join(', ');
}

function distinct(sources: readonly SourceLine[]): SourceLine[] {
  const byPlace = new Map(
    sources.map((source) => [`${source.file}:${source.line}:${source.column}`, source]),
  );
  return [...byPlace.values()];
}
