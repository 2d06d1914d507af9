/** What the symbols of a document mean. */
import { latexName } from '../../theory/notation.ts';
import { endsOnFunctions, type Theory } from '../../theory/theory.ts';
import { type Block, prose, text } from '../document.ts';

export function conventionBlocks(theory: Theory): Block[] {
  const { model, order } = theory;
  const widths = model.architecture.width.perLayer
    ? prose`Layer ${'\\ell'} has ${'n_\\ell'} neurons, a fixed multiple of the reference width ${'n'}.`
    : prose`Every hidden layer has ${'n'} neurons.`;
  const fields = (model.architecture.fields ?? ['z']).map(latexName);
  const [first = 'z'] = fields;
  const all = fields.join(', ');
  const several =
    fields.length === 1 ? [] : [prose`A letter alone, summed, runs over samples and over ${all}.`];
  const functions = endsOnFunctions(theory)
    ? [
        prose`${'\\tilde{V}_{ab}[f]'} is what ${'n \\langle z_a z_b f \\rangle_c'}, with any function ${'f'} of another neuron, has beyond ${'\\frac{1}{2} V_{(ab)(cd)} \\langle \\partial_c \\partial_d f \\rangle'}, and ${'\\tilde{F}, \\tilde{B}, \\tilde{D}'} likewise. In its recursion ${'f'} on the right is ${'f(z^{(\\ell+1)})'} averaged over what layer ${'\\ell+1'} adds to the ${'z'} that it passes on.`,
      ]
    : [];
  return [
    { kind: 'heading', level: 1, text: [text('Conventions')] },
    {
      kind: 'list',
      items: [
        [
          ...prose`${fields.map((field) => `${field}^{(\\ell)}_i(a)`).join(',\\, ')} ${fields.length === 1 ? text('is the pre-activation') : text('are the pre-activations')} of neuron ${'i'} of layer ${'\\ell'} at sample ${'a'}. `,
          ...widths,
        ],
        prose`Everything is expanded in ${'1/n'} at fixed depth, here through ${orderTex(order)}. Superscripts ${'\\{1\\}, \\{2\\}, \\dots'} mark coefficients of ${'1/n'}, ${'1/n^2'}, … beyond the leading one.`,
        prose`${'\\langle\\cdots\\rangle'} is the average over Gaussian ${all} of covariance ${'K^{(\\ell)}'}; in the definitions of observables it is the average over networks, and the subscript ${'c'} takes its connected part.`,
        prose`${'\\partial_a'} differentiates all that follows it in ${first} at sample ${'a'}; sample indices that occur twice in a term are summed.`,
        prose`${'X_{ab} = \\frac{1}{n_0} \\sum_j x_j(a)\\, x_j(b)'}. Indices in brackets, as in ${'V_{(ab)(cd)}'}, belong to one neuron each.`,
        ...several,
        ...functions,
      ],
    },
    {
      kind: 'paragraph',
      text: [
        text(
          'After D. A. Roberts, S. Yaida and B. Hanin, The Principles of Deep Learning Theory (2022), PDLT for short.',
        ),
      ],
    },
  ];
}

function orderTex(order: number): string {
  return order === 0 ? 'n^0' : order === 1 ? '1/n' : `1/n^{${order}}`;
}

/** What a term stands for besides itself. */
export function permutationText(permutations: number): string {
  return permutations === 0 ? '' : ` + (${permutations}\\text{ perm.})`;
}
