export type { Model } from './theory/model.ts';
