/**
 * Kernel matrices tile by tile. Entry (a, b) at one layer depends on entry (a, b) below and on diagonals alone, so a tile
 * goes through all layers by itself: memory is that of a tile, and tiles can be computed anywhere in any order.
 */
import type { KernelPlan, LayerPlan } from './kernelPlan.ts';
import { fillCorrelations, fillRow } from './pairKernel.ts';
import type { PairRow } from './pairRow.ts';
import { evaluateOutput, overlapRow, sumTerms, type RowValues } from './rows.ts';

/** Entries (a, b) with a from `row` to `rowEnd`, b from `column` to `columnEnd`, ends excluded; `column >= row`. */
export interface Tile {
  readonly row: number;
  readonly rowEnd: number;
  readonly column: number;
  readonly columnEnd: number;
}

/** The values of one observable on a tile and on its mirror image, row by row. */
export interface TileValues {
  readonly upper: Float64Array;
  readonly lower: Float64Array;
}

const ROWS = 128;
const COLUMNS = 256;

/** Tiles that cover the diagonal and the entries right of it. */
export function tilesOf(sampleCount: number): Tile[] {
  const tiles: Tile[] = [];
  for (let row = 0; row < sampleCount; row += ROWS)
    for (let column = row; column < sampleCount; column += COLUMNS) {
      const [rowEnd, columnEnd] = [
        Math.min(sampleCount, row + ROWS),
        Math.min(sampleCount, column + COLUMNS),
      ];
      tiles.push({ row, rowEnd, column, columnEnd });
    }
  return tiles;
}

/** Evaluates the matrices among the outputs of a plan, in their order; what it returns holds until the next tile. */
export function createTileEvaluator(plan: KernelPlan): (tile: Tile) => TileValues[] {
  const outputs = plan.outputs.filter(({ indices }) => indices === 2);
  const room = createRoom(plan, outputs.length);
  const { state } = room;
  return (tile) => {
    const rows = tile.rowEnd - tile.row;
    for (let r = 0; r < rows; r++) fillFirstLayer(plan, placeOf(tile, r), state[r]!, room);
    for (const layer of plan.layers)
      for (let r = 0; r < rows; r++) advance(layer, placeOf(tile, r), state, r, room);
    for (let r = 0; r < rows; r++) {
      const place = placeOf(tile, r);
      const nothing = { averages: [], averageDiagonals: [] };
      const row = { ...place, couplings: state[r]!, diagonals: plan.diagonals, ...nothing };
      outputs.forEach(({ expression, symmetric }, o) => {
        const upper = evaluateOutput(expression, row, false);
        const lower = symmetric ? upper : evaluateOutput(expression, row, true);
        writeRow(room.values[o]!, upper, lower, place, tile);
      });
    }
    const size = rows * (tile.columnEnd - tile.column);
    return room.values.map(({ upper, lower }) => ({
      upper: upper.subarray(0, size),
      lower: lower.subarray(0, size),
    }));
  };
}

interface Place {
  readonly a: number;
  readonly from: number;
  readonly count: number;
}

/** On the diagonal a row begins with its own sample. */
function placeOf({ row, column, columnEnd }: Tile, r: number): Place {
  const from = Math.max(row + r, column);
  return { a: row + r, from, count: columnEnd - from };
}

/** Arrays that every tile and every step write over. */
interface Room {
  /** The couplings of each row. */
  readonly state: Float64Array[][];
  readonly values: readonly TileValues[];
  readonly overlaps: Float64Array;
  readonly correlation: Float64Array;
  readonly sine: Float64Array;
  readonly arcsine: Float64Array;
  readonly averages: readonly Float64Array[];
  next: Float64Array[];
  readonly product: Float64Array;
}

function createRoom(plan: KernelPlan, outputs: number): Room {
  const row = (): Float64Array => new Float64Array(COLUMNS);
  const tile = (): Float64Array => new Float64Array(ROWS * COLUMNS);
  const averages = Math.max(0, ...plan.layers.map((layer) => layer.averages.length));
  return {
    state: Array.from({ length: ROWS }, () => plan.firstLayer.map(row)),
    values: Array.from({ length: outputs }, () => ({ upper: tile(), lower: tile() })),
    overlaps: row(),
    correlation: row(),
    sine: row(),
    arcsine: row(),
    averages: Array.from({ length: averages }, row),
    next: plan.firstLayer.map(row),
    product: row(),
  };
}

function fillFirstLayer(
  plan: KernelPlan,
  place: Place,
  couplings: readonly Float64Array[],
  room: Room,
): void {
  const { inputs, dimension, inputNorms, firstLayer } = plan;
  overlapRow(inputs, dimension, place.a, place.from, place.count, room.overlaps);
  const values: RowValues = {
    ...place,
    overlaps: { row: room.overlaps, norms: inputNorms },
    couplings: [],
    diagonals: [],
    averages: [],
    averageDiagonals: [],
  };
  firstLayer.forEach((terms, k) => sumTerms(terms, values, couplings[k]!, room.product));
}

/** The rows of the next layer take the place of those of this one, which become room. */
function advance(layer: LayerPlan, place: Place, state: Float64Array[][], r: number, room: Room): void {
  const { a, from, count } = place;
  const { diagonals, averageDiagonals, terms } = layer;
  const { correlation, sine, arcsine, averages, next } = room;
  const couplings = state[r]!;
  // Plain loops: what is called in a callback here is not compiled into it.
  for (const field of layer.fields) {
    const row: PairRow = { a, from, count, covariance: couplings[field.kernel]!, correlation, sine, arcsine };
    fillCorrelations(row, field.variances, field.inverses, field.withArcsine);
    for (const k of field.averages) fillRow(layer.averages[k]!, row, averages[k]!);
  }
  const values: RowValues = { a, from, count, couplings, diagonals, averages, averageDiagonals };
  for (let k = 0; k < terms.length; k++) sumTerms(terms[k]!, values, next[k]!, room.product);
  state[r] = next;
  room.next = couplings;
}

/** Where tile and mirror image overlap, on the diagonal, both hold the whole square. */
function writeRow(
  values: TileValues,
  upper: Float64Array,
  lower: Float64Array,
  { a, from, count }: Place,
  { row, rowEnd, column, columnEnd }: Tile,
): void {
  const [rows, columns] = [rowEnd - row, columnEnd - column];
  for (let p = 0; p < count; p++) {
    const b = from + p;
    values.upper[(a - row) * columns + b - column] = upper[p]!;
    values.lower[(b - column) * rows + a - row] = lower[p]!;
    if (b >= rowEnd || column >= rowEnd) continue;
    values.upper[(b - row) * columns + a - column] = lower[p]!;
    values.lower[(a - column) * rows + b - row] = upper[p]!;
  }
}
