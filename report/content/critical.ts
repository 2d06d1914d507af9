/** Critical points of a study, as `eft critical` finds them. */
import { formatValue } from '../../runtime/criticality/formatValue.ts';
import type {
  Certificate,
  CriticalPoint,
  CriticalReport,
  ExactNumber,
  FixedPoint,
  KernelValue,
  KernelValues,
} from '../../runtime/criticality/report.ts';
import { latexName } from '../../theory/notation.ts';
import { formulaProse } from '../formulaProse.ts';
import { type Block, type Inline, prose, type TableBlock, type TableColumn, tex, text } from '../document.ts';

export function criticalBlocks(report: CriticalReport): Block[] {
  const { formulas, points, none, rejected, fixedPoints = [] } = report;
  const formula = (left: string, { latex }: { readonly latex: string }) => ({
    left,
    terms: [{ sign: '+' as const, tex: latex }],
  });
  return [
    { kind: 'heading', level: 2, text: [text('Criticality')] },
    {
      kind: 'equations',
      equations: [
        ...(formulas.kernels ?? [{ name: 'K', ...formulas.next }]).map(({ name, latex }) =>
          formula(`${latexName(name)}^{(\\ell+1)}`, { latex }),
        ),
        formula('\\chi_\\parallel', formulas.parallel),
        formula('\\chi_\\perp', formulas.perpendicular),
      ],
    },
    ...(points.length > 0 ? [pointTable(report)] : []),
    ...points.flatMap(closedForms),
    ...(none === undefined ? [] : [paragraph(formulaProse(`No critical point: ${none}.`))]),
    ...points.flatMap(({ certificate }) => (certificate ? [certificateBlock(certificate)] : [])),
    ...(points.length > 0 && rejected.length > 0
      ? [
          {
            kind: 'list' as const,
            items: rejected.map(({ kernel, reason }) => [
              text('Not '),
              tex(kernelTex(kernel)),
              text(': '),
              ...formulaProse(reason),
            ]),
          },
        ]
      : []),
    ...(fixedPoints.length > 0 ? [fixedPointTable(fixedPoints)] : []),
  ];
}

function paragraph(inline: readonly Inline[]): Block {
  return { kind: 'paragraph', text: inline };
}

const left = (...head: readonly Inline[]): TableColumn => ({ head, align: 'left' });

const APPROACH: { readonly [A in CriticalPoint['approach']]: string } = {
  fixed: 'every kernel stays where it is',
  attracting: 'attracts',
  repelling: 'repels',
  'from above': 'attracts from above, repels below',
  'from below': 'attracts from below, repels above',
  undecided: 'undecided',
};

function pointTable({ points, unknowns }: CriticalReport): TableBlock {
  return {
    kind: 'table',
    columns: [
      ...unknowns.map((name) => left(tex(latexName(name)))),
      left(tex('K^*')),
      left(text('class')),
      left(text('nearby kernels')),
    ],
    rows: points.map(({ parameters, kernel, class: universality, approach }) => [
      ...unknowns.map((name): Inline[] => (parameters[name] ? [tex(exactTex(parameters[name]))] : [])),
      [tex(kernelTex(kernel))],
      universality === 'K* = 0'
        ? [tex('K^* = 0')]
        : universality === 'K* > 0'
          ? [tex('K^* > 0')]
          : [text(universality)],
      [text(APPROACH[approach])],
    ]),
  };
}

function kernelTex(kernel: KernelValue): string {
  if (kernel.kind === 'any') return 'K^* > 0 \\text{, any}';
  if (kernel.kernels) return kernelsTex(kernel.kernels);
  if (kernel.kind === 'zero') return 'K^* = 0';
  const { value, exact, recognised } = kernel;
  if (exact) return `${exact.latex} = ${valueTex(value, 12)}`;
  return `${valueTex(value, 12)}${recognised ? ` \\approx ${recognised.latex}` : ''}`;
}

function kernelsTex(kernels: KernelValues): string {
  return Object.entries(kernels)
    .map(([name, value]) => `${latexName(`K_${name}`)}^* = ${valueTex(value, 12)}`)
    .join(',\\ ');
}

/** Longer formulas stand below the table. */
const LONGEST = 40;

function closedForms({ parameters, line = {} }: CriticalPoint): Block[] {
  const along = Object.entries(line).map(([name, { latex }]) => ({
    left: latexName(name),
    terms: [{ sign: '+' as const, tex: latex }],
  }));
  const long = Object.entries(parameters).flatMap(([name, { exact }]) =>
    exact && exact.text.length > LONGEST
      ? [{ left: latexName(name), terms: [{ sign: '+' as const, tex: exact.latex }] }]
      : [],
  );
  const equations = [...along, ...long];
  return equations.length === 0 ? [] : [{ kind: 'equations', equations }];
}

function exactTex({ value, exact }: ExactNumber): string {
  if (!exact || exact.text.length > LONGEST) return valueTex(value, 12);
  return /^-?\d+$/.test(exact.text) ? exact.text : `${exact.latex} = ${valueTex(value, 12)}`;
}

export function valueTex(value: number, digits = 8): string {
  const [mantissa = '', exponent] = formatValue(value, digits).split('e');
  if (/inf/.test(mantissa)) return mantissa.replace('inf', '\\infty');
  return exponent === undefined ? mantissa : `${mantissa} \\times 10^{${Number(exponent)}}`;
}

function certificateBlock({ residuals, bracket, brackets }: Certificate): Block {
  const { kernel, parallel, perpendicular } = residuals;
  const inside = bracket
    ? prose`, and ${brackets ? `${latexName(`K_${Object.keys(brackets)[0]}`)}^*` : 'K^*'} lies between ${valueTex(bracket[0], 14)} and ${valueTex(bracket[1], 14)}`
    : [];
  return paragraph([
    ...prose`Certificate: ${`K^{(\\ell+1)} - K = ${valueTex(kernel, 2)}`}, ${`\\chi_\\parallel - 1 = ${valueTex(parallel, 2)}`}, ${`\\chi_\\perp - 1 = ${valueTex(perpendicular, 2)}`} at the numbers above`,
    ...inside,
    text('.'),
  ]);
}

function fixedPointTable(points: readonly FixedPoint[]): TableBlock {
  return {
    kind: 'table',
    caption: [text('Fixed points at the values of the study.')],
    columns: [
      left(tex('K^*')),
      left(tex('\\chi_\\parallel')),
      left(tex('\\chi_\\perp')),
      left(tex('\\xi_\\parallel')),
      left(tex('\\xi_\\perp')),
      left(),
    ],
    rows: points.map(({ kernel, kernels, parallel, perpendicular, depths, stable, phase }) => [
      [tex(kernels ? kernelsTex(kernels) : valueTex(kernel, 10))],
      [tex(valueTex(parallel))],
      [tex(valueTex(perpendicular))],
      [tex(valueTex(depths.parallel, 5))],
      [tex(valueTex(depths.perpendicular, 5))],
      [text(`${stable ? 'stable' : 'unstable'}, ${phase}`)],
    ]),
  };
}
