/**
 * Colours that readers of any colour vision and a grey print tell apart (Okabe and Ito 2008, by increasing lightness alternating), each with
 * dashes and a marker of its own.
 */
export interface Look {
  readonly colour: string;
  readonly dash: readonly number[];
  readonly marker: Marker;
}

export type Marker = 'circle' | 'square' | 'triangle-up' | 'diamond' | 'triangle-down' | 'cross';

const LOOKS: readonly Look[] = [
  { colour: '#0072b2', dash: [], marker: 'circle' },
  { colour: '#d55e00', dash: [7, 3], marker: 'square' },
  { colour: '#009e73', dash: [2.5, 2.5], marker: 'triangle-up' },
  { colour: '#a3477f', dash: [8, 2.5, 2, 2.5], marker: 'diamond' },
  { colour: '#e69f00', dash: [12, 3], marker: 'triangle-down' },
  { colour: '#333333', dash: [4, 2, 1.5, 2, 1.5, 2], marker: 'cross' },
];

/** As many series as one panel shows. */
export const MOST_SERIES = LOOKS.length;

export const INK = '#1a1a1a';

/** For what stands over cells, where colours have a meaning already, and for what lies under everything else. */
const INK_LOOKS = {
  ink: { colour: INK, dash: [], marker: 'circle' },
  'dashed ink': { colour: INK, dash: [5, 3], marker: 'circle' },
  'dotted ink': { colour: INK, dash: [1.5, 3], marker: 'circle' },
  stream: { colour: '#66768d', dash: [], marker: 'circle' },
} as const satisfies Record<string, Look>;

/** A place in the palette, or ink. */
export type Style = number | keyof typeof INK_LOOKS;

export function lookOf(style: Style): Look {
  return typeof style === 'number' ? LOOKS[style % LOOKS.length]! : INK_LOOKS[style];
}

export const PALE_INK = '#666666';
export const GRID = '#e4e4e4';
