/** What `eft advise` says about the network of a study, each line with the equation it follows from. */
import type { Advice } from '../../runtime/criticality/adviceReport.ts';
import { type Block, strong, text } from '../document.ts';
import { formulaProse } from '../formulaProse.ts';

const LANGUAGES = { pytorch: 'PyTorch', jax: 'JAX', tfjs: 'TensorFlow.js' } as const;

/** Nothing where there is no critical point: the search says so. */
export function adviceBlocks({ lines, none, code }: Advice): Block[] {
  if (none !== undefined || lines.length === 0) return [];
  return [
    { kind: 'heading', level: 2, text: [text('Advice')] },
    {
      kind: 'list',
      items: lines.map(({ topic, says }) => [strong(topic), text(': '), ...formulaProse(says)]),
    },
    {
      kind: 'details',
      summary: [text('From which equations it follows')],
      blocks: [
        {
          kind: 'list',
          items: lines.map(({ says, from }) => [...formulaProse(says), text(': '), ...formulaProse(from)]),
        },
      ],
    },
    ...(code
      ? [
          {
            kind: 'details' as const,
            summary: [text('The initialisation as code')],
            blocks: (Object.keys(LANGUAGES) as (keyof typeof LANGUAGES)[]).flatMap((name): Block[] => [
              { kind: 'paragraph', text: [text(`${LANGUAGES[name]}:`)] },
              { kind: 'source', text: code[name] },
            ]),
          },
        ]
      : []),
  ];
}
