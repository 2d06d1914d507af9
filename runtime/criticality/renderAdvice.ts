/** Advice for readers, the code behind. */
import type { Advice } from './adviceReport.ts';

export function renderAdvice({ study, activations, none, lines, code }: Advice): string {
  const head = `Study "${study}": ${Object.entries(activations)
    .map(([slot, name]) => `${slot} = ${name}`)
    .join(', ')}`;
  if (none !== undefined) return `${head}\n  no advice: ${none}\n`;
  const topics = [...new Set(lines.map(({ topic }) => topic))];
  const body = topics.flatMap((topic) => [
    `  ${topic}`,
    ...lines
      .filter((line) => line.topic === topic)
      .flatMap(({ says, from }) => [`    ${says}`, `      from: ${from}`]),
  ]);
  const programs = code
    ? (['pytorch', 'jax', 'tfjs'] as const).flatMap((name) => ['', `  ${name}`, indented(code[name])])
    : [];
  return `${[head, ...body, ...programs].join('\n').trimEnd()}\n`;
}

function indented(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => (line === '' ? '' : `    ${line}`))
    .join('\n');
}
