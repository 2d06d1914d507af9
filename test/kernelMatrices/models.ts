/** Model files of the kernel tests. */
import { compile } from '../../compiler/compile.ts';
import type { Model, Study } from '../../theory/model.ts';

export interface FileOptions {
  readonly sigma?: string;
  readonly layer?: string;
  readonly declarations?: string;
  readonly observables?: string;
  readonly values?: string;
  readonly depth?: number;
  readonly order?: number;
}

const SAMPLES = [
  [1, 0.5, -0.3],
  [0.2, -0.7, 0.9],
  [-1.3, 0.4, 1.1],
  [0, 0, 0],
  [0.3, 0.1, -0.2],
  [2, 1, -0.6],
  [-1.4, 2.2, 0.3],
];

/** A perceptron with its tangent kernel, seen through inputs of many norms, two of them parallel and one zero. */
export function modelText(options: FileOptions = {}): string {
  const layer = options.layer ?? 'b[i] + sum(j) W[i,j] * sigma(z[j])';
  return `eft 1
${options.declarations ?? ''}
architecture mlp {
  input x[n_0]
  width n
  depth L
  activation sigma
  layer 1:   z[i] = b[i] + sum(j) W[i,j] * x[j]
  layer l+1: z[i] = ${layer}
}
prior {
  W ~ normal(0, C_W / fan_in)
  b ~ normal(0, C_b)
  learning_rate W = lambda_W / fan_in, b = lambda_b
}
observable {
  H[i,j;a,b] = sum(t in parameters) rate(t) * d(z[i,a], t) * d(z[j,b], t)
  G[a,b] = <z[i,a] z[i,b]>
  Theta[a,b] = <H[i,i;a,b]>
  ${options.observables ?? ''}
}
expand in 1/n to order ${options.order ?? 1}
study "kernel" {
  sigma = ${options.sigma ?? 'tanh'}
  C_W = 1.4
  C_b = 0.1
  lambda_W = 1.5
  lambda_b = 0.3
  ${options.values ?? ''}
  L = ${options.depth ?? 4}
  samples = ${JSON.stringify(SAMPLES)}
}
`;
}

export function compiled(text: string): { readonly model: Model; readonly study: Study } {
  const { value, diagnostics } = compile({ name: 'test.eft', text }, { readText: () => undefined });
  if (!value) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return { model: value, study: value.studies[0]! };
}
