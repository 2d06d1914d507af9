import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { derive } from '../../compiler/derive/derive.ts';
import { explain } from '../../compiler/derive/explain.ts';
import { pointsOf } from '../../theory/coupling.ts';
import { layOutDiagram, type PlacedShape } from '../../theory/explanation/diagramLayout.ts';
import { drawExplanation } from '../../theory/explanation/drawExplanation.ts';
import { termGraph } from '../../theory/explanation/termGraph.ts';
import { symbol } from '../../theory/expression.ts';
import type { Model } from '../../theory/model.ts';
import { rational } from '../../theory/rational.ts';
import type { Theory } from '../../theory/theory.ts';
import { mlpModel } from './mlp.ts';
import { tangentModel } from './tangentModel.ts';
import { descendants, parseXml } from './xml.ts';

const CASES: readonly (readonly [string, Theory, readonly string[]])[] = [
  ['perceptron', derive(mlpModel(2)), ['K', 'V', 'G1', 'U', 'V2', 'G2']],
  [
    'tangent',
    derive(tangentModel(2)),
    ['Theta', 'A', 'B', 'D', 'F', 'P', 'Q', 'R', 'S', 'T', 'U', 'A2', 'C<zz|H1.0H1.1|H2.0H2.1>'],
  ],
  [
    'residual',
    derive(withSkip(tangentModel(1)), { secondLayerOnly: true }),
    ['V', 'Theta', 'A', 'F', 'P', 'T'],
  ],
  ['heavy tails', derive(withCumulants(mlpModel(2))), ['V', 'V2', 'C<zzzz>', 'C<zzzz>2']],
];

describe.each(CASES)('pictures, %s', (_, theory, names) => {
  it.each(names)('of %s are XML, one a term, and name every external sample', (name) => {
    const explanations = explain(theory, name);
    const drawn = drawExplanation(theory, explanations);
    const samples = explanations.flatMap(({ recursion, terms }) => terms.map(() => recursion.samples));
    expect(drawn).toHaveLength(samples.length);
    expect(new Set(drawn.map((each) => each.name)).size).toBe(drawn.length);
    drawn.forEach(({ name: file, svg }, k) => {
      expect(file).toMatch(/^[\w-]+\.svg$/);
      const root = parseXml(svg.trimEnd());
      expect(root.name).toBe('svg');
      const texts = descendants(root)
        .filter(({ attributes }) => attributes.get('class') === 'sample')
        .map(({ text }) => text);
      expect(texts.sort()).toEqual([...(samples[k] ?? [])].sort());
    });
  });

  it.each(names)('of %s draw every leg, and nothing over anything else', (name) => {
    for (const { recursion, terms } of explain(theory, name))
      for (const term of terms) {
        const graph = termGraph(term);
        expect(graph.legs).toHaveLength(graph.squares.reduce((sum, { family }) => sum + pointsOf(family), 0));
        const { width, blobs, squares, knots } = layOutDiagram(graph, recursion.samples);
        expect(overlaps(blobs)).toEqual([]);
        expect(overlaps(squares)).toEqual([]);
        const externals = knots.flatMap((knot) => knot.externals);
        expect(overlaps(externals.map((external) => ({ ...external, width: 20 })))).toEqual([]);
        for (const { x, width: size } of [...blobs, ...squares]) {
          expect(x - size / 2).toBeGreaterThanOrEqual(0);
          expect(x + size / 2).toBeLessThanOrEqual(width);
        }
      }
  });
});

it('names of the model are escaped', () => {
  const hostile = `s<i>&"'\u0007]]>`;
  const model = mlpModel(1);
  const layer = model.architecture.layer.map((term) =>
    term.kind === 'weights' ? { ...term, local: [{ activation: hostile, power: 1 }] } : term,
  );
  const theory = derive({ ...model, architecture: { ...model.architecture, layer } });
  const svg = drawExplanation(theory, explain(theory, 'V'))[0]?.svg ?? '';
  const shown = hostile.replace('\u0007', '\u2407');
  expect(parseXml(svg.trimEnd()).text).toContain(shown);
  expect(svg).not.toContain('<i>');
});

it('the reader of these tests rejects what is no XML', () => {
  for (const bad of [
    '<a>',
    '<a></b>',
    '<a b="1" b="2"/>',
    '<a>&</a>',
    '<a/><a/>',
    '<a b="<"/>',
    '<a>\u0001</a>',
  ])
    expect(() => parseXml(bad)).toThrow();
  expect(parseXml('<a b="&lt;"><c/>&amp;</a>')).toMatchObject({ name: 'a', text: '&' });
});

it('docs/diagrams shows V of the perceptron as it is drawn', async () => {
  const text = readFileSync(new URL('../../examples/tanh.eft', import.meta.url), 'utf8');
  const model = compile({ name: 'examples/tanh.eft', text }, { readText: () => undefined }).value as Model;
  const theory = derive(model);
  for (const { name, svg } of drawExplanation(theory, explain(theory, 'V')))
    await expect(svg).toMatchFileSnapshot(`../../docs/diagrams/${name}`);
});

/** Neighbours of one row that touch. */
function overlaps(shapes: readonly Pick<PlacedShape, 'x' | 'width'>[]): unknown[] {
  const sorted = [...shapes].sort((p, q) => p.x - q.x);
  return sorted.filter((shape, k) => {
    const next = sorted[k + 1];
    return next !== undefined && shape.x + shape.width / 2 > next.x - next.width / 2;
  });
}

function withSkip(model: Model): Model {
  const { architecture } = model;
  const skip = { kind: 'skip', coefficient: symbol('gamma'), span: architecture.span } as const;
  return { ...model, architecture: { ...architecture, layer: [...architecture.layer, skip] } };
}

function withCumulants(model: Model): Model {
  return {
    ...model,
    groups: model.groups.map((group) =>
      group.kind === 'weights' ? { ...group, standardCumulants: [rational(3), rational(30)] } : group,
    ),
  };
}
