import { describe, expect, it } from 'vitest';
import { MAX_ORDER } from '../../compiler/checkOrders.ts';
import { compile } from '../../compiler/compile.ts';
import { MAX_DEGREE, MAX_NODES, MAX_SUMMED } from '../../compiler/defineFields.ts';
import { DEFAULT_MAX_TERMS } from '../../compiler/derive/budget.ts';
import { MAX_TERMS } from '../../compiler/expandLayer.ts';
import { MAX_IMPORTS } from '../../compiler/loadImports.ts';
import { MAX_POINTS } from '../../compiler/correlatorExpression.ts';
import { MAX_OPERATIONS } from '../../compiler/resolveActivations.ts';
import { MAX_DEPTH } from '../../compiler/studies/evaluateSettings.ts';
import { MAX_NETWORKS, MAX_WIDTH, MAX_WIDTHS } from '../../compiler/studies/readRequests.ts';
import { MAX_DIMENSION, MAX_ENTRIES, MAX_SAMPLES } from '../../compiler/studies/readSamples.ts';
import { MAX_TABLE_SIZE } from '../../compiler/studies/readTable.ts';
import { renderDiagnostics } from '../../diagnostics/render.ts';
import { format } from '../../grammar/format.ts';
import { MAX_NESTING, MAX_OPERATORS, MAX_TOKENS } from '../../grammar/limits.ts';
import * as simulation from '../../runtime/check/measureWidths.ts';
import { MAX_LAYER_PAIRS, MAX_VALUES, STEP_BUDGET } from '../../runtime/flow/budget.ts';
import { readReference, renewReference } from '../../scripts/language-reference.ts';
import { drawGrammar } from '../../scripts/railroad.ts';
import { NAMED_ACTIVATIONS, PARAMETRIC_ACTIVATIONS } from '../../theory/activations.ts';
import { embedded, examples, HOST, whole } from './examples.ts';

const document = readReference();

describe.each(examples())('the example on line $line', (example) => {
  const { line, error } = example;

  it(error === undefined ? 'compiles' : `gives ${error}`, () => {
    const { diagnostics } = compile({ name: `language.md:${line}`, text: whole(example) }, HOST);
    if (error === undefined) expect(renderDiagnostics(diagnostics)).toBe('');
    else {
      expect([...new Set(diagnostics.map(({ code }) => code))]).toEqual([error]);
      // The mark is invisible to readers, so the text says that this is an error.
      expect(example.before).toContain(`(${error})`);
    }
  });

  it('is in the layout of the formatter', () => {
    // A file of an unknown version has no layout.
    if (error === 'EFT130') return;
    const text = embedded(example);
    expect(format({ name: 'example.eft', text }).value).toBe(text);
  });
});

it('shows every diagram once', () => {
  const shown = [...document.matchAll(/\(railroad\/(\w+)\.svg\)/g)].map(([, title]) => title!);
  expect(shown.sort()).toEqual([...drawGrammar().keys()].sort());
});

it.each([...NAMED_ACTIVATIONS.keys(), ...PARAMETRIC_ACTIVATIONS.keys()])(
  'lists the activation %s',
  (name) => {
    expect(document).toMatch(new RegExp(`^\\|.*\`${name}(\\(\\w+\\))?\`.*\\|$`, 'm'));
  },
);

it('lists every message', () => {
  expect(document).toBe(renewReference(document));
});

it.each([
  ['words, numbers and signs in it', [MAX_TOKENS]],
  ['brackets, signs, powers and sums nested', [MAX_NESTING]],
  ['operators open in one expression', [MAX_OPERATORS]],
  ['imported files', [MAX_IMPORTS]],
  ['operations of an activation', [MAX_OPERATIONS]],
  ['terms of a layer equation', [MAX_TERMS]],
  ['points of a correlator', [MAX_POINTS]],
  ['derivatives of a field; their order; parameters summed', [MAX_NODES, MAX_DEGREE, MAX_SUMMED]],
  ['order of the expansion', [MAX_ORDER]],
  ['layers', [MAX_DEPTH]],
  ['samples; components; both together', [MAX_SAMPLES, MAX_DIMENSION, MAX_ENTRIES]],
  ['characters of a table', [MAX_TABLE_SIZE]],
  ['neurons of a layer in a `check`; widths', [MAX_WIDTH, MAX_WIDTHS]],
  ['networks at each width', [MAX_NETWORKS]],
  ['terms of a derivation before merging', [DEFAULT_MAX_TERMS]],
  ["components; products of one layer's recursion", [STEP_BUDGET.components, STEP_BUDGET.products]],
  ['values of an observable in one layer', [MAX_VALUES]],
  ['averages over two layers of a residual network', [MAX_LAYER_PAIRS]],
])('states the limit on %s', (what, figures) => {
  const row = document.split('\n').find((each) => each.startsWith(`| ${what} `));
  expect(row?.split('|')[2]?.trim()).toBe(figures.map((figure) => figure.toLocaleString('en')).join('; '));
});

it('the compiler and the simulation have the same bounds', () => {
  expect([MAX_NETWORKS, MAX_WIDTHS]).toEqual([simulation.MAX_NETWORKS, simulation.MAX_WIDTHS]);
});
