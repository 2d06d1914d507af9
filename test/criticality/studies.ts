/** Studies of small files, compiled. */
import { compile } from '../../compiler/compile.ts';
import { derive } from '../../compiler/derive/derive.ts';
import { renderDiagnostics } from '../../diagnostics/render.ts';
import { findCritical } from '../../runtime/criticality/findCritical.ts';
import type { CriticalReport } from '../../runtime/criticality/report.ts';
import type { Model } from '../../theory/model.ts';

export interface ModelText {
  /** The layer equation of layers 2, 3, ... */
  readonly layer?: string;
  readonly definitions?: string;
  readonly prior?: string;
  readonly observables?: string;
  readonly order?: number;
  /** Statements of the one study. */
  readonly study: string;
}

const LAYER = 'z[i] = b[i] + sum(j) W[i,j] * sigma(z[j])';
const PRIOR = 'W ~ normal(0, C_W / fan_in)\n  b ~ normal(0, C_b)';

export function modelOf({
  layer = LAYER,
  definitions = '',
  prior = PRIOR,
  observables,
  order = 0,
  study,
}: ModelText): Model {
  const text = `eft 1
${definitions}
architecture net {
  input x[n_0]
  width n
  depth L
  activation sigma
  layer 1: z[i] = b[i] + sum(j) W[i,j] * x[j]
  layer l+1: ${layer}
}
prior {
  ${prior}
}
observable {
  G[a,b] = <z[i,a] z[i,b]>
  ${observables ?? ''}
}
expand in 1/n to order ${order}
study "s" {
${study}
}
`;
  const { value, diagnostics } = compile({ name: 'test.eft', text }, { readText: () => undefined });
  if (!value) throw new Error(renderDiagnostics(diagnostics));
  return value;
}

/** The report on the first search of the study. */
export async function criticalOf(text: ModelText): Promise<CriticalReport> {
  const model = modelOf(text);
  const [study] = model.studies;
  return findCritical(derive(model, { order: 0 }), study!, study!.searches![0]!);
}

export function searchWith(sigma: string, definitions = ''): Promise<CriticalReport> {
  return criticalOf({ definitions, study: `sigma = ${sigma}\nfind critical (C_b, C_W)` });
}
