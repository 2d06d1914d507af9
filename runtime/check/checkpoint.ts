/** What has been measured so far, as text that a later run can go on from. */
import { UserError } from '../../diagnostics/diagnostic.ts';
import type { Total } from './accumulate.ts';
import type { Choice, Choices } from './pilot.ts';

/** One stream of networks (streams.ts): how many of them are in the total. */
export interface StreamState {
  networks: number;
  readonly total: Total;
}

/** States of the streams of all widths, in order. */
export interface Checkpoint {
  readonly version: 2;
  /** Names the experiment: everything that the networks and the sums depend on. */
  readonly key: string;
  /** How each observable is measured: a pilot made with other numbers of networks could choose otherwise. */
  readonly estimators: Readonly<Record<string, Choice>>;
  readonly streams: readonly {
    readonly networks: number;
    /** Float64 arrays, little-endian in base 64. */
    readonly sums: readonly string[];
    readonly lost: readonly string[];
  }[];
}

export function writeCheckpoint(key: string, choices: Choices, streams: readonly StreamState[]): Checkpoint {
  return {
    version: 2,
    key,
    estimators: Object.fromEntries(choices),
    streams: streams.map(({ networks, total }) => ({
      networks,
      sums: total.sums.map(encode),
      lost: total.lost.map(encode),
    })),
  };
}

/** How each of these observables was measured. Throws UserError when it is of another experiment. */
export function readChoices({ estimators }: Partial<Checkpoint>, subjects: readonly string[]): Choices {
  const known = new Map(Object.entries(estimators ?? {}));
  if (subjects.some((subject) => !known.has(subject))) throw new UserError(ANOTHER);
  return known;
}

const ANOTHER = 'the checkpoint is of another check: its model, study, widths or seed differ';

/** Throws UserError when it is of another experiment, or damaged. */
export function readCheckpoint(
  checkpoint: Checkpoint,
  key: string,
  fresh: readonly StreamState[],
): readonly StreamState[] {
  if (checkpoint.key !== key || checkpoint.streams.length !== fresh.length) throw new UserError(ANOTHER);
  return fresh.map((state, at) => {
    const { networks, sums, lost } = checkpoint.streams[at]!;
    return {
      networks,
      total: {
        sums: state.total.sums.map(({ length }, k) => decode(sums[k], length)),
        lost: state.total.lost.map(({ length }, k) => decode(lost[k], length)),
      },
    };
  });
}

const CHUNK = 0x2000;

function encode(values: Float64Array): string {
  const bytes = new Uint8Array(8 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, k) => view.setFloat64(8 * k, value, true));
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK)
    text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return btoa(text);
}

function decode(text: string | undefined, length: number): Float64Array {
  const bytes = Uint8Array.from(atob(text ?? ''), (character) => character.charCodeAt(0));
  if (bytes.length !== 8 * length) throw new UserError('the checkpoint is damaged');
  const view = new DataView(bytes.buffer);
  return Float64Array.from({ length }, (_, k) => view.getFloat64(8 * k, true));
}
