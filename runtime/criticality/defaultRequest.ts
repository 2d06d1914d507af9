import { UserError } from '../../diagnostics/diagnostic.ts';
import { symbolsOf } from '../../theory/foldExpression.ts';
import type { CriticalRequest, Model } from '../../theory/model.ts';

/** The parameters of the variances of the repeated layer, biases first: what is searched where a study does not say. */
export function defaultRequest({ architecture, groups }: Model): CriticalRequest {
  const used = architecture.layer.flatMap((term) => (term.kind === 'skip' ? [] : [term.group]));
  const variances = groups
    .filter(({ name }) => used.includes(name))
    .sort((p, q) => (p.kind === q.kind ? 0 : p.kind === 'bias' ? -1 : 1))
    .flatMap(({ variance }) => symbolsOf(variance));
  const parameters = [...new Set(variances)];
  if (parameters.length >= 1 && parameters.length <= 2) return { parameters, span: architecture.span };
  throw new UserError(
    `the variances contain ${parameters.length === 0 ? 'no parameter' : `${parameters.length} parameters`}: ` +
      'say in the study which to search, `find critical (C_b, C_W)`',
  );
}
