/** Any text for LaTeX: nothing in it is a command, and characters that pdflatex does not know have a stand-in. */

const SPECIAL: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  _: '\\_',
  '%': '\\%',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '"': '{\\char34}',
  "'": '\\textquotesingle{}',
  '`': '\\textasciigrave{}',
  '-': '{-}',
};

/** Text outside of formulas, as it is: no ligatures, no curled quotation marks. Needs `textcomp`. */
export function escapeLatex(text: string): string {
  return text.replace(/[\\{}$&#_%~^<>|"'`-]/g, (character) => SPECIAL[character] ?? character);
}

/** The same for text in a typewriter face, which has every sign at its place in ASCII. */
export function escapeLatexCode(text: string): string {
  return text.replace(/[\\{}$&#_%~^<>|"'`-]/g, (character) =>
    character === "'" || character === '`' ? SPECIAL[character]! : `{\\char${character.charCodeAt(0)}}`,
  );
}

const FORMULAS: ReadonlyMap<string, string> = new Map(
  (
    'α \\alpha,β \\beta,γ \\gamma,δ \\delta,ϵ \\epsilon,ε \\varepsilon,ζ \\zeta,η \\eta,θ \\theta,ι \\iota,κ \\kappa,λ \\lambda,μ \\mu,' +
    'ν \\nu,ξ \\xi,π \\pi,ρ \\rho,σ \\sigma,τ \\tau,υ \\upsilon,φ \\varphi,ϕ \\phi,χ \\chi,ψ \\psi,ω \\omega,Γ \\Gamma,Δ \\Delta,Θ \\Theta,' +
    'Λ \\Lambda,Ξ \\Xi,Π \\Pi,Σ \\Sigma,Φ \\Phi,Ψ \\Psi,Ω \\Omega,ℓ \\ell,∞ \\infty,× \\times,− -,→ \\to,⟨ \\langle,⟩ \\rangle,' +
    '∂ \\partial,∑ \\sum,± \\pm,· \\cdot,≤ \\le,≥ \\ge,≠ \\ne,≈ \\approx,√ \\surd,² ^2,³ ^3'
  )
    .split(',')
    .map((pair) => pair.split(' ') as [string, string]),
);

/** A whole document in ASCII: signs as formulas, accented Latin letters as text, anything else by its number. */
export function asciiLatex(document: string): string {
  return document.replace(/[^\n\r\t -~]/gu, (character) => {
    const formula = FORMULAS.get(character);
    if (formula !== undefined) return `\\ensuremath{${formula}}`;
    if (/[\u0300-\u036f]/.test(character)) return '';
    const [letter = '', accent = ''] = Array.from(character.normalize('NFD'));
    const command = ACCENTS.get(accent);
    if (command !== undefined && /[A-Za-z]/.test(letter) && character.normalize('NFD').length === 2)
      return `\\text{${command}{${letter}}}`;
    return PUNCTUATION.get(character) ?? `\\text{[U+${hex(character)}]}`;
  });
}

function hex(character: string): string {
  return character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
}

const ACCENTS: ReadonlyMap<string, string> = new Map([
  ['\u0300', '\\`'],
  ['\u0301', "\\'"],
  ['\u0302', '\\^'],
  ['\u0303', '\\~'],
  ['\u0308', '\\"'],
  ['\u030a', '\\r'],
  ['\u030c', '\\v'],
  ['\u0327', '\\c'],
  ['\u0304', '\\='],
  ['\u030b', '\\H'],
]);

const PUNCTUATION: ReadonlyMap<string, string> = new Map([
  ['ß', '\\text{\\ss}'],
  ['–', '\\text{--}'],
  ['—', '\\text{---}'],
  ['“', '\\text{``}'],
  ['”', "\\text{''}"],
  ['‘', '\\text{`}'],
  ['’', "\\text{'}"],
  ['…', '\\text{\\dots}'],
  ['\u00a0', '~'],
]);
