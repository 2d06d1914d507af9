/**
 * The public functions of eft. Everything here runs in Node and in a browser: files are read through an
 * argument, and nothing writes anywhere.
 */
export { parse } from './grammar/parse.ts';
export { probeBackends, type BackendProbe } from './runtime/backend.ts';
export type { Model, Study } from './theory/model.ts';
