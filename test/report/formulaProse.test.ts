import { expect, it } from 'vitest';
import katex from 'katex';
import { formulaProse } from '../../report/formulaProse.ts';

const written = (sentence: string): string =>
  formulaProse(sentence)
    .map((part) => (part.kind === 'tex' ? `$${part.tex.replace(/ +/g, ' ')}$` : part.text))
    .join('');

it.each([
  ['C_b = 0, C_W = 2', '$C_{W} = 2$', '$C_{b} = 0$'],
  [
    'weights of layer l: (lambda_W / fan_in) times L^(-1)',
    '$(\\lambda_{W} / n_{\\mathrm{in}})$',
    'times $L ^{-1}$',
  ],
  ['L / n = 0.261 for 1 output', '$L / n = 0.261$ for 1 output'],
  [
    'between tangent-kernel (s = 0) and maximal-update scaling',
    'between tangent-kernel $(s = 0)$ and maximal-update',
  ],
  ['outputs divided by n^(s/2)', 'divided by $n ^{s /2}$'],
  [
    "K' = C_b + C_W <sigma^2> has a fixed point",
    "$K ' = C_{b} + C_{W} \\langle \\sigma ^{2}\\rangle$ has a fixed point",
  ],
  ['the kernel of layer 1 is K* = 3.56, or a little above', 'layer 1 is $K^* = 3.56$, or a little above'],
  ['as K -> 0 the variance of `b` would be -4', 'as $K \\to 0$ the variance of b would be -4'],
  [
    'chi_par is 1.00804 or more for K from 1e-5 to 10000',
    '$\\chi_{\\parallel}$ is 1.00804 or more for $K$ from 1e-5 to 10000',
  ],
  ['(m1 m2 / 8) (e^2 - (20 + 3 n_L) e^3 / 6)', '$(m_{1} m_{2} / 8) (e ^{2} - (20 + 3 n_{L} ) e ^{3} / 6)$'],
  ['Theta[L] = sum over l of', '$\\Theta ^{(L)}$ = sum over $\\ell$ of'],
  ['a kernel (PDLT appendix A)', 'a kernel (PDLT appendix A)'],
  ['100 % of $ \\input{x} & co', '100 % of $ \\input{x} & co'],
])('%s', (sentence, ...expected) => {
  for (const part of expected) expect(written(sentence)).toContain(part);
  for (const part of formulaProse(sentence))
    if (part.kind === 'tex') katex.renderToString(part.tex, { throwOnError: true, strict: 'error' });
});
