/**
 * `compile`: source text -> model. The passes, in order, each in the file of its name; a pass reports what is wrong
 * and goes on with what is sound, so that independent mistakes are all found in one run.
 *
 *   loadImports          text of the file and its imports     -> declarations
 *   collectDeclarations  each thing once                      -> blocks
 *   readArchitecture     members and layer equations          -> parts
 *   declareNames         what every name is
 *   resolveActivations   user-defined activations             -> exact expressions
 *   checkArchitecture    layer equations                      -> biases and sums over weights
 *   checkPriors          one prior for each group
 *   checkRates           learning rates of the groups
 *   checkLaws            priors that are not Gaussian, skip connections: against the layers
 *   defineFields         tangent kernels and the like         -> graphs
 *   checkIndices         observables                          -> expressions over correlators
 *   checkOrders          orders in 1/n, like units
 *   evaluateStudies      studies                              -> numbers
 */
import type { Diagnostic, Outcome } from '../diagnostics/diagnostic.ts';
import type { SourceFile } from '../diagnostics/span.ts';
import { closesOnPairs, type Architecture, type Model } from '../theory/model.ts';
import { checkArchitecture, type CheckedArchitecture } from './checkArchitecture.ts';
import { checkIndices } from './checkIndices.ts';
import { checkExpansion, checkOrders } from './checkOrders.ts';
import { checkLaws, checkSkips } from './checkLaws.ts';
import { checkPriors } from './checkPriors.ts';
import { checkRates } from './checkRates.ts';
import { collectDeclarations, type Declarations } from './collectDeclarations.ts';
import { collectParameters } from './collectParameters.ts';
import { defineFields } from './defineFields.ts';
import type { CompilerHost, Report } from './host.ts';
import { loadImports } from './loadImports.ts';
import { declareNames, type Names } from './names.ts';
import { readArchitecture } from './readArchitecture.ts';
import { resolveActivations } from './resolveActivations.ts';
import { evaluateStudies } from './studies/evaluateStudies.ts';
import { indexedNodes } from './walk.ts';

export type { CompilerHost } from './host.ts';

/** The model of a file, or messages about everything that is wrong with it. Never throws, whatever the text. */
export function compile(source: SourceFile, host: CompilerHost): Outcome<Model> {
  const diagnostics: Diagnostic[] = [];
  const report: Report = (message) => {
    diagnostics.push(message);
  };
  const model = runPasses(source, host, report, () => diagnostics.some(isError));
  const ordered = inOrderOfText(source, diagnostics);
  return model && !ordered.some(isError) ? { value: model, diagnostics: ordered } : { diagnostics: ordered };
}

function runPasses(
  source: SourceFile,
  host: CompilerHost,
  report: Report,
  failed: () => boolean,
): Model | undefined {
  const items = loadImports(source, host, report);
  if (!items) return undefined;
  const declarations = collectDeclarations(
    items,
    { file: source, start: 0, end: source.text.length },
    report,
  );
  const parts = declarations.architecture && readArchitecture(declarations.architecture, report);
  const names = declareNames(declarations, parts, report);
  const activations = resolveActivations(declarations.definitions, names, report);
  const checked: CheckedArchitecture = parts
    ? checkArchitecture(parts, names, report)
    : { groups: new Map() };
  const rates = checkRates(declarations.rates, declarations.priors, checked, names, report);
  const groups = checkPriors(declarations.priors, checked, names, report).map((group) => {
    const rate = rates.get(group.name);
    const written = declarations.rates.find((each) => each.group.name === group.name);
    return rate && written ? { ...group, rate, rateSpan: written.span } : group;
  });
  if (checked.architecture) checkLaws(checked.architecture, groups, report);
  const fields = defineFields(declarations.fields, names, report);
  const lenient = failed();
  const order = checkExpansion(declarations.expansion, parts?.width?.name.name, report);
  const parameters = collectParameters(declarations, parts, names);
  const scope = {
    ...{ names, parameters, fields, groups: groupSizes(declarations) },
    unrated: unrated(declarations, checked),
    ...layerIndex(parts?.layerIndex),
  };
  const indexed = checkIndices(declarations.observables, scope, report);
  const { observables, orderOf } = checkOrders(
    indexed,
    fields,
    { width: parts?.width?.name.name ?? '', order, inPairs: inPairs(checked) },
    report,
  );
  if (declarations.expansion) checkSkips(checked.architecture, observables, order, report);
  const { architecture } = checked;
  if (!parts || !architecture || !areDistinct(architecture, names)) return undefined;
  const studies = evaluateStudies(declarations.studies, {
    architecture,
    groups,
    observables,
    activations,
    names,
    parameters,
    numberedSamples: numberedSamples(declarations),
    expectations: scope,
    orderOf,
    lenient,
    host,
    report,
  });
  const place = declarations.expansion ? { orderSpan: declarations.expansion.span } : {};
  return { name: parts.name, architecture, groups, observables, order, ...place, studies };
}

function inPairs({ architecture }: CheckedArchitecture): boolean {
  return architecture === undefined || closesOnPairs(architecture);
}

/** Studies that give the width and the depth under one name cannot be read. */
function areDistinct({ width, depth }: Architecture, names: Names): boolean {
  return names.get(width.name)?.kind === 'width' && names.get(depth)?.kind === 'depth';
}

function layerIndex(letter: string | undefined): { readonly layerIndex?: string } {
  return letter === undefined ? {} : { layerIndex: letter };
}

/** The groups of the layers for which the file gives no learning rate, sound or not. */
function unrated({ rates }: Declarations, { groups }: CheckedArchitecture): readonly string[] {
  return [...groups.keys()].filter((name) => !rates.some(({ group }) => group.name === name));
}

/** How many indices each group of an observable's left side has. */
function groupSizes({ observables }: Declarations): ReadonlyMap<string, readonly number[]> {
  return new Map(observables.map(({ left }) => [left.name.name, left.groups.map((group) => group.length)]));
}

function numberedSamples({ observables, fields }: Declarations) {
  const indices = [...observables, ...fields]
    .flatMap(({ right }) => indexedNodes(right))
    .flatMap(({ groups }) => groups.flat());
  return indices.filter((index) => index.kind === 'index-number');
}

function isError({ severity }: Diagnostic): boolean {
  return severity === 'error';
}

/** Messages about the file itself by their place in it, those about other files where they came up, behind. */
function inOrderOfText(source: SourceFile, diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const own = diagnostics.filter(({ span }) => span.file === source);
  const others = diagnostics.filter(({ span }) => span.file !== source);
  return [...own.sort((a, b) => a.span.start - b.span.start), ...others];
}
