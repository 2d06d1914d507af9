/** What the exit status of `eft` says to a script. */
export const EXIT = {
  ok: 0,
  /** `check` rejects a prediction; `fmt --check` found a file to format. */
  disagree: 1,
  /** The command line, a model file or a data file is wrong. */
  badInput: 2,
  /** `check` was too weak to see an error of 10 %. */
  inconclusive: 3,
  /** A bug of ours. */
  internal: 4,
  /** The graphics device was lost, or reported an error. */
  device: 5,
  /** Stopped by Ctrl-C. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
