/**
 * ASCII and Greek spellings of the same name. A Greek letter is the word for it, so `σ` is `sigma` and `C_σ` is
 * `C_sigma`; `∂` is `d`. The tree holds the ASCII spelling only.
 */
const GREEK_WORDS: Readonly<Record<string, string>> = {
  α: 'alpha',
  β: 'beta',
  γ: 'gamma',
  δ: 'delta',
  ε: 'epsilon',
  ϵ: 'epsilon',
  ζ: 'zeta',
  η: 'eta',
  θ: 'theta',
  ϑ: 'theta',
  ι: 'iota',
  κ: 'kappa',
  λ: 'lambda',
  μ: 'mu',
  ν: 'nu',
  ξ: 'xi',
  ο: 'omicron',
  π: 'pi',
  ρ: 'rho',
  ϱ: 'rho',
  σ: 'sigma',
  ς: 'sigma',
  τ: 'tau',
  υ: 'upsilon',
  φ: 'phi',
  ϕ: 'phi',
  χ: 'chi',
  ψ: 'psi',
  ω: 'omega',
  Γ: 'Gamma',
  Δ: 'Delta',
  Θ: 'Theta',
  Λ: 'Lambda',
  Ξ: 'Xi',
  Π: 'Pi',
  Σ: 'Sigma',
  Υ: 'Upsilon',
  Φ: 'Phi',
  Ψ: 'Psi',
  Ω: 'Omega',
  '∂': 'd',
};

/** Every non-ASCII character that may stand in a name, for use inside a character class. */
export const GREEK_CHARACTERS = Object.keys(GREEK_WORDS).join('');

const GREEK = new RegExp(`[${GREEK_CHARACTERS}]`, 'g');

/** The ASCII spelling of a name: `λ_W` is `lambda_W`. */
export function asciiName(written: string): string {
  return written.replace(GREEK, (letter) => GREEK_WORDS[letter] ?? letter);
}
