/** Pass 10: studies -> numbers. */
import { diagnostic } from '../../diagnostics/catalogue.ts';
import { symbolsOf } from '../../theory/foldExpression.ts';
import type { ObservableExpression, Study, StudySettings } from '../../theory/model.ts';
import type { StudyBlock } from '../../grammar/syntax.ts';
import { checkBudgets } from './checkBudgets.ts';
import { evaluateSettings } from './evaluateSettings.ts';
import { namedActivation } from './readChoice.ts';
import { readRequests, samplesText, type Requests } from './readRequests.ts';
import { readSamples } from './readSamples.ts';
import { readSettings, type ReadSettings } from './readSettings.ts';
import type { StudyContext } from './studyContext.ts';

/** The sound studies. */
export function evaluateStudies(blocks: readonly StudyBlock[], context: StudyContext): readonly Study[] {
  return blocks.map((block) => evaluateStudy(block, context)).filter((study) => study !== undefined);
}

function evaluateStudy(block: StudyBlock, context: StudyContext): Study | undefined {
  const { architecture, groups, report, host } = context;
  const read = readSettings(block, context);
  const samples = read.samples && readSamples(read.samples, { host, report, file: block.span.file.name });
  checkNumberedSamples(samples?.length, context);
  const settings = {
    ...read.settings,
    activations: allActivations(read.settings, context),
    definitions: soundDefinitions(context),
    ...(read.samples && { samplesSpan: read.samples.span }),
  };
  const requests = readRequests(block, samples?.length, settings, context);
  const lastLayer = Math.max(...requests.flows.map(({ to }) => to));
  const ends = requests.flows.length > 0 && requests.checks.length === 0 && lastLayer > 0;
  const absent = absentNames(block, read, context);
  const complete = isComplete(block, read, settings, requests, ends, absent, context);
  const span = block.nameSpan;
  const place = {
    ...{ architecture, groups, name: block.name, span, report, absent },
    ...((ends || absent.includes(architecture.depth)) && { lastLayer: ends ? lastLayer : 1 }),
  };
  const values = complete ? evaluateSettings(settings, place) : undefined;
  if (!values || (!samples && !absent.includes(SAMPLES))) return undefined;
  const flows = requests.flows.map((flow) => ({ ...flow, to: flow.to || values.depth }));
  const study: Study = {
    name: block.name,
    span: block.span,
    ...values,
    samples: samples ?? [],
    ...requests,
    flows,
    ...(absent.length > 0 && { absent }),
    settings,
  };
  checkBudgets(study, architecture, report);
  return study;
}

const SAMPLES = 'samples';

/** What a study need not give when all it does is to search parameters or to map them. */
function absentNames(
  { statements }: StudyBlock,
  { assigned }: ReadSettings,
  { architecture }: StudyContext,
): readonly string[] {
  const finds = statements.filter((statement) => statement.kind === 'find');
  const phases = statements.filter((statement) => statement.kind === 'phase');
  const assignments = statements.filter((statement) => statement.kind === 'assignment');
  const searches = finds.length + phases.length;
  if (searches === 0 || searches + assignments.length < statements.length) return [];
  const parameters = [
    ...finds.flatMap((find) => find.parameters),
    ...phases.flatMap(({ axes }) => axes.map((axis) => axis.name)),
  ].map(({ name }) => name);
  return [...new Set([...parameters, architecture.depth, SAMPLES])].filter((name) => !assigned.has(name));
}

/** The slots as the study fills them, and the functions the layers name themselves. */
function allActivations(
  settings: StudySettings,
  { architecture, activations }: StudyContext,
): StudySettings['activations'] {
  const slots = new Set(architecture.activations.map(({ name }) => name));
  const named = architecture.layer
    .flatMap((term) => (term.kind === 'weights' ? term.local : []))
    .map(({ activation }) => activation)
    .filter((name) => !slots.has(name) && name !== 'identity');
  const direct = [...new Set(named)].flatMap((name) => {
    const expression = activations.get(name) ?? namedActivation(name);
    return expression ? [[name, [{ name, expression }]] as const] : [];
  });
  return new Map([...settings.activations, ...direct]);
}

function soundDefinitions({ activations }: StudyContext): NonNullable<StudySettings['definitions']> {
  return new Map([...activations].flatMap(([name, expression]) => (expression ? [[name, expression]] : [])));
}

/** Whether the study gives everything the model needs; reports what is missing. */
function isComplete(
  { name: study, nameSpan }: StudyBlock,
  { assigned, samples }: ReadSettings,
  settings: StudySettings,
  requests: Requests,
  flowsEnd: boolean,
  absent: readonly string[],
  context: StudyContext,
): boolean {
  const { architecture, report } = context;
  const missing = (what: string, example: string): void =>
    report(diagnostic('EFT503', nameSpan, { study, what }, `for example \`${example}\``));
  const parameters = neededParameters(settings, requests, context).filter((name) => !absent.includes(name));
  for (const name of parameters) if (!assigned.has(name)) missing(`the parameter \`${name}\``, `${name} = 1`);
  for (const { name } of architecture.activations)
    if (!assigned.has(name)) missing(`the activation \`${name}\``, `${name} = tanh`);
  const { depth, width } = architecture;
  if (!flowsEnd && !assigned.has(depth) && !absent.includes(depth))
    missing(`the depth \`${depth}\``, `${depth} = 4`);
  if (width.perLayer && !assigned.has(width.name))
    missing(`the widths \`${width.name}[l]\``, `${width.name}[l] = [${width.name}, 2*${width.name}]`);
  if (!samples && !assigned.has(SAMPLES) && !absent.includes(SAMPLES))
    missing('samples', 'samples = [[1, 0.5], [0.2, -0.7]]');
  return (
    (settings.depth !== undefined || !assigned.has(depth)) &&
    (settings.widths !== undefined || !width.perLayer) &&
    parameters.every((name) => settings.parameters.has(name)) &&
    architecture.activations.every(({ name }) => settings.activations.has(name))
  );
}

/** Parameters of priors, layers, the activations chosen, observables and expectations. */
function neededParameters(
  settings: StudySettings,
  { expectations, flows }: Requests,
  { architecture, groups, observables }: StudyContext,
): readonly string[] {
  const { firstLayer, layer } = architecture;
  const exprs = [
    ...groups.flatMap(({ variance, rate }) => (rate ? [variance, rate] : [variance])),
    ...[...firstLayer, ...layer].map(({ coefficient }) => coefficient),
    ...[...settings.activations.values()].flat().map(({ expression }) => expression),
  ];
  const quantities = flows.flatMap((flow) => flow.quantities ?? []);
  const bodies = [
    ...[...observables, ...quantities].map(({ body }) => body),
    ...expectations.map(({ right }) => right),
  ];
  const names = [...exprs.flatMap(symbolsOf), ...bodies.flatMap(parametersIn)];
  return [...new Set(names)].filter((name) => name !== 'z' && name !== architecture.depth);
}

function parametersIn(body: ObservableExpression): string[] {
  switch (body.kind) {
    case 'parameter':
      return [body.name];
    case 'sum':
      return body.terms.flatMap(parametersIn);
    case 'product':
      return body.factors.flatMap(parametersIn);
    case 'power':
      return parametersIn(body.base);
    case 'number':
    case 'width':
    case 'layer':
    case 'correlator':
    case 'reference':
      return [];
  }
}

/** Observables that speak of sample 3 need a third sample in every study. */
function checkNumberedSamples(count: number | undefined, { numberedSamples, report }: StudyContext): void {
  if (count === undefined) return;
  for (const { value, span } of numberedSamples)
    if (value > count) report(diagnostic('EFT311', span, { number: value, count: samplesText(count) }));
}
