import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { format } from '../../grammar/format.ts';
import { parse } from '../../grammar/parse.ts';
import { bare } from './arbitraries.ts';

const formatted = (text: string) => format({ name: 'test.eft', text }).value;

describe('the layout', () => {
  it.each([
    ['sum(j)(a+b)', 'sum(j) (a + b)'],
    ['sum(j)-a-b', 'sum(j) -a - b'],
    ['sum(j)[a]', 'sum(j) [a]'],
    ['f( - x )^ - 2', 'f(-x)^-2'],
    ['a-(-b)*(c)', 'a - (-b) * (c)'],
    ['<z[i,a]z[ j , b ]^2>_c/n', '<z[i,a] z[j,b]^2>_c / n'],
    ['piecewise(z<0:0,otherwise:z)', 'piecewise(z < 0: 0, otherwise: z)'],
  ])('of %s is %s', (text, expected) => {
    expect(formatted(`study "s" { y = ${text} }`)).toBe(`study "s" {\n  y = ${expected}\n}\n`);
  });

  it('keeps comments where they are: above, behind and between; blocks stand apart', () => {
    const text = `# head
eft 1 # version


# of the block
prior { # opens
W ~ normal(0, # mean
1/fan_in) # W
  # own line

b~normal(0,C_b)   # b
# last
}
# end`;
    expect(formatted(text)).toBe(`# head
eft 1  # version

# of the block
prior {  # opens
  W ~ normal(0,  # mean
      1 / fan_in)  # W
  # own line

  b ~ normal(0, C_b)  # b
  # last
}

# end
`);
  });
});

/** The programs of the corpus and of the examples. */
const programs = ['../corpus/good/', '../../examples/'].flatMap((folder) => {
  const url = new URL(folder, import.meta.url);
  const names = readdirSync(url).filter((name) => name.endsWith('.eft'));
  return names.map((name) => [name, readFileSync(new URL(name, url), 'utf8')] as const);
});

it.each(programs)('formatting %s changes neither its tree nor its comments, nor itself', (name, text) => {
  const once = formatted(text)!;
  expect(formatted(once)).toBe(once);
  const [before, after] = [text, once].map((each) => parse({ name, text: each }).value!);
  expect(bare(after)).toEqual(bare(before));
  expect(after!.comments.map((comment) => comment.text)).toEqual(
    before!.comments.map((comment) => comment.text),
  );
});
