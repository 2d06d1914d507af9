import type { FieldComponent } from '../../runtime/simulate/fields.ts';
import type { FieldShape } from '../../theory/field.ts';

export interface Parameter {
  readonly value: number;
  readonly rate: number;
}

/** The field by its definition: the sum over a parameter for every edge. */
export function byDefinition(
  { field, neurons, samples: at }: FieldComponent,
  parameters: ReadonlyMap<string, Parameter>,
  derivative: (by: readonly string[], sample: number, neuron: number) => number,
): number {
  const names = [...parameters.keys()];
  const visit = (chosen: readonly string[]): number => {
    if (chosen.length < field.edges.length)
      return names.reduce((total, name) => total + parameters.get(name)!.rate * visit([...chosen, name]), 0);
    let value = 1;
    for (let node = 0; node < field.nodes && value !== 0; node++) {
      const by = chosen.filter((_, edge) => field.edges[edge]!.includes(node));
      value *= derivative(by, at[node]!, neurons[node]!);
    }
    return value;
  };
  return visit([]);
}

export function component(field: FieldShape, neurons: number[], at: number[]): FieldComponent {
  return { field, neurons, samples: at };
}
