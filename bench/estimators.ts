/**
 * The counted work of a network (runtime/check/cost.ts) against the clock: `npm run bench:estimators`. Tanh, four layers, two samples, every
 * observable measured alone by every method; processor time of this thread, the median of the rounds (argument, 5 by default).
 */
import { openBackend } from '../runtime/backend.ts';
import { derivedClaim } from '../runtime/check/prediction.ts';
import { networksOf, possibleMethods, quantityFor, usesControls } from '../runtime/check/estimators.ts';
import type { CheckItem } from '../runtime/check/items.ts';
import { needsOf } from '../runtime/check/measure.ts';
import { observableQuantity } from '../runtime/check/quantity.ts';
import { openStream, streamOf } from '../runtime/check/streams.ts';
import { planNetwork } from '../runtime/simulate/networkPlan.ts';
import { median, printTable } from './table.ts';
import { tangentModel, tangentStudy } from './tangentStudies.ts';

const rounds = Number(process.argv[2] ?? 5);
const OBSERVABLES = ['G', 'V', 'Theta', 'A', 'B', 'F', 'P'];
const options = {
  activation: 'tanh',
  depth: 4,
  samples: [
    [1, 0.5, -0.3],
    [0.2, -0.7, 0.9],
  ],
  weightVariance: 1,
  biasVariance: 0,
  widths: [16, 64],
  observables: OBSERVABLES,
};
const model = tangentModel(OBSERVABLES);
const study = tangentStudy(options);
const backend = await openBackend('wasm');

function itemOf(observable: string): CheckItem {
  const indices = [1, 1, 2, 2];
  return {
    observable,
    indices,
    order: 1,
    claim: derivedClaim(new Map([[1, 1]]), 1, 1),
    quantityAt: (n) => observableQuantity(observable, indices, { model, study, n }),
    sampledAt: (n) => observableQuantity(observable, indices, { model, study, n, lastLayer: 'sampled' }),
  };
}

const rows: string[][] = [];
for (const n of options.widths)
  for (const item of OBSERVABLES.map(itemOf)) {
    const plan = planNetwork(model, study, n);
    for (const method of possibleMethods([plan], [item])) {
      const quantity = quantityFor(item, n, method);
      const needs = needsOf([quantity], usesControls(method) ? [quantity] : []);
      const stream = streamOf({ plan, needs, seed: 1, address: 0, networks: networksOf(method) });
      const sum = await openStream(stream, backend);
      const count = Math.max(4, Math.min(2000, Math.floor(2e7 / stream.work)));
      await sum(0, count);
      const times: number[] = [];
      for (let round = 0; round < rounds; round++) {
        const before = process.cpuUsage();
        await sum((1 + round) * count, count);
        times.push(process.cpuUsage(before).user / count);
      }
      const microseconds = median(times);
      rows.push([
        String(n),
        item.observable,
        method,
        stream.work.toFixed(0),
        microseconds.toPrecision(3),
        ((1000 * microseconds) / stream.work).toPrecision(2),
      ]);
    }
  }
printTable(['n', 'observable', 'method', 'work of a network', 'microseconds', 'ns for a unit'], rows);
