/** Text of a picture with the sub- and superscripts of formulas; data, so that no text of a file is ever read as markup. */

/** A run of text with what hangs on its right: the superscript stands above the subscript. */
export interface Piece {
  readonly text: string;
  readonly face?: 'italic' | 'bold';
  readonly sub?: Label;
  readonly sup?: Label;
}

export type Label = readonly Piece[];

/** Words, as they are. */
export function words(text: string): Label {
  return [{ text }];
}

export function boldWords(text: string): Label {
  return [{ text, face: 'bold' }];
}

/** Labels one after the other with `between` in between. */
export function joinLabels(labels: readonly Label[], between: string): Label {
  return labels.flatMap((label, k) => (k === 0 ? label : [{ text: between }, ...label]));
}

const GREEK: ReadonlyMap<string, string> = new Map(
  [
    'alpha α, beta β, gamma γ, delta δ, epsilon ϵ, zeta ζ, eta η, theta θ, iota ι, kappa κ, lambda λ, mu μ, nu ν, xi ξ, pi π',
    'rho ρ, sigma σ, tau τ, phi ϕ, chi χ, psi ψ, omega ω, Gamma Γ, Delta Δ, Theta Θ, Lambda Λ, Xi Ξ, Pi Π, Sigma Σ, Phi Φ',
    'Psi Ψ, Omega Ω',
  ]
    .join(', ')
    .split(', ')
    .map((pair) => pair.split(' ') as [string, string]),
);

/** A formula in letters and signs: Latin and lower-case Greek letters italic, the rest upright, as LaTeX sets them. */
export function mathText(text: string): Label {
  const runs = text.match(/[A-Za-zα-ωϑϕϵ]+|[^A-Za-zα-ωϑϕϵ]+/g) ?? [];
  return runs.map((run) => (/^[A-Za-zα-ωϑϕϵ]/.test(run) ? { text: run, face: 'italic' } : { text: run }));
}

/** `C_W`, `lambda_b`, `Theta`: what a name of a model stands for, a Greek letter, a letter or an upright word. */
export function symbolLabel(name: string): Label {
  const [head = '', ...rest] = name.split('_');
  const greek = GREEK.get(head);
  const base: Piece =
    greek !== undefined
      ? mathText(greek)[0]!
      : head.length === 1
        ? { text: head, face: 'italic' }
        : { text: head };
  const sub = joinLabels(
    rest.filter((part) => part !== '').map((part) => symbolLabel(part)),
    ',',
  );
  return sub.length === 0 ? [base] : [{ ...base, sub }];
}

const LAYER: Label = [{ text: '(ℓ)' }];

/** `V^(l)_(ab)(cd)`: an observable with its sample indices in groups and the layer above them. */
export function observableLabel(
  name: string,
  groups: readonly (readonly string[])[],
  layer: Label = LAYER,
): Label {
  const [first = { text: '' }, ...rest] = symbolLabel(name);
  const written = groups.map((group) => group.join(group.some(({ length }) => length > 1) ? ',' : ''));
  const indices = written.length <= 1 ? written.join('') : written.map((group) => `(${group})`).join('');
  const own = first.sub ?? [];
  const sub = indices === '' ? own : [...own, ...mathText(own.length > 0 ? `,${indices}` : indices)];
  return [
    { ...first, ...(sub.length > 0 ? { sub } : {}), ...(layer.length > 0 ? { sup: layer } : {}) },
    ...rest,
  ];
}

/** `V / G^2`, `n * V[1,1;1,1] / G[1,1]^2`: a combination of observables, its indices below and its powers raised; else its own text. */
export function quantityLabel(text: string): Label {
  const tokens = text.match(/[A-Za-z_]\w*(?:\[[^\]]*\])?(?:\^\d+)?|[^A-Za-z_]+/g) ?? [];
  const isPlain = tokens.every((token) => /^[A-Za-z_]/.test(token) || /^[\s\d.()+\-*/]+$/.test(token));
  if (!isPlain) return words(text);
  return tokens.flatMap((token): Label => {
    const [, name, indices, power] = /^([A-Za-z_]\w*)(?:\[([^\]]*)\])?(?:\^(\d+))?$/.exec(token) ?? [];
    if (name === undefined) return words(minus(token.replace(/ ?\* ?/g, ' ')));
    const groups =
      indices === undefined ? [] : indices.split(';').map((group) => group.trim().split(/\s*,\s*/));
    return observableLabel(name, groups, power === undefined ? [] : words(power));
  });
}

/** A number with as many digits as `toPrecision` gives, its power of ten raised. */
export function numberLabel(value: number, digits: number): Label {
  if (value === 0) return words('0');
  const exponent = Math.floor(Math.log10(Math.abs(value)));
  if (exponent >= -4 && exponent < 6) return words(minus(String(Number(value.toPrecision(digits)))));
  const mantissa = String(Number((value / 10 ** exponent).toPrecision(digits)));
  const power: Piece = { text: '10', sup: words(minus(String(exponent))) };
  return mantissa === '1' ? [power] : [{ text: `${minus(mantissa)} × ` }, power];
}

/** A minus sign is not a hyphen. */
export function minus(text: string): string {
  return text.replace(/-/g, '−');
}

/** On one line of plain text, for descriptions and data: `V^(l)_(ab)(cd)`. */
export function plainLabel(label: Label): string {
  return label
    .map(
      ({ text, sub, sup }) => text + (sup ? `^${plainLabel(sup)}` : '') + (sub ? `_${plainLabel(sub)}` : ''),
    )
    .join('');
}
