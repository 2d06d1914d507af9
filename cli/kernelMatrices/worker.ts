/** A thread that computes tiles; this file and what it imports is all that it loads. */
import { workerData } from 'node:worker_threads';
import { computeTiles, type TileTask } from './computeTiles.ts';

for (const _tile of computeTiles(workerData as TileTask));
