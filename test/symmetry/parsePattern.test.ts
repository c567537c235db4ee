import fc from 'fast-check';
import { InvalidInputError, permutationSpec } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { formatPattern } from '../../src/symmetry/formatPattern';
import { parsePattern } from '../../src/symmetry/parsePattern';
import { useBackend } from '../support/backend';
import { sizesOfPatterns } from '../support/sizesOfPatterns';

await useBackend('cpu');

describe('reading patterns', () => {
  it.each([
    ['', []],
    ['_', [{ kind: 'fixed', size: null }]],
    [
      '_ h1',
      [
        { kind: 'fixed', size: null },
        { kind: 'group', group: 'h1' },
      ],
    ],
    [
      '(4 h)',
      [
        {
          kind: 'product',
          factors: [
            { kind: 'fixed', size: 4 },
            { kind: 'group', group: 'h' },
          ],
        },
      ],
    ],
    [
      '(a + 3)',
      [
        {
          kind: 'concat',
          segments: [
            { kind: 'group', group: 'a' },
            { kind: 'fixed', size: 3 },
          ],
        },
      ],
    ],
    [
      '(a + 4 h)',
      [
        {
          kind: 'concat',
          segments: [
            { kind: 'group', group: 'a' },
            {
              kind: 'product',
              factors: [
                { kind: 'fixed', size: 4 },
                { kind: 'group', group: 'h' },
              ],
            },
          ],
        },
      ],
    ],
    ['(h)', [{ kind: 'group', group: 'h' }]],
    [
      '  h   _ ',
      [
        { kind: 'group', group: 'h' },
        { kind: 'fixed', size: null },
      ],
    ],
  ])('%j', (pattern, axes) => {
    expect(parsePattern('w', pattern)).toEqual({ axes, optional: false });
  });

  it("'?' makes the parameter optional, with or without axes", () => {
    expect(parsePattern('w', '?').optional).toBe(true);
    expect(parsePattern('w', '? h')).toEqual({
      axes: [{ kind: 'group', group: 'h' }],
      optional: true,
    });
  });

  it('what is printed reads back as the same axes', () => {
    const arrows = fc.constantFrom(['', ''], ['', '>'], ['>', ''], ['>', '>']);
    const withArrows = (item: string, [before, after]: readonly string[]) =>
      /[a-z]/.test(item) ? before + item + after : item; // Arrows are on groups.
    const { item } = fc.letrec<{ item: string }>((tie) => ({
      item: fc.oneof(
        { maxDepth: 3, withCrossShrink: true },
        fc.constantFrom('a', 'b', 'h1', '3', '12', 'a>', '>b', '>h1>', '>d[a]', 'd[a]>'),
        fc
          .tuple(fc.array(tie('item'), { minLength: 1, maxLength: 3 }), arrows)
          .map(([items, around]) => withArrows(`(${items.join(' ')})`, around)),
        fc
          .tuple(fc.array(tie('item'), { minLength: 2, maxLength: 3 }), arrows)
          .map(([items, around]) => withArrows(`(${items.join(' + ')})`, around)),
      ),
    }));
    fc.assert(
      fc.property(fc.array(item, { maxLength: 4 }), (items) => {
        const parsed = parsePattern('w', items.join(' '));
        expect(parsePattern('w', formatPattern(parsed))).toEqual(parsed);
      }),
    );
  });

  it.each([
    ['(4 h', /a '\(' is never closed/],
    ['4 h)', /unexpected '\)'/],
    ['()', /there is no item before a '\)'/],
    ['(a +)', /there is no item before a '\)'/],
    ['(+ a)', /there is no item before a '\+'/],
    ['a + b', /unexpected '\+'/],
    ['h?', /unexpected 'h\?'/],
    ['h ?', /unexpected '\?'/],
    ['0', /the size 0 is out of range/],
    ['99999999999999999999', /out of range/],
    ['1h', /unexpected '1h'/],
    ['(_ h _)', /axis 0 has two sizes to infer/],
    ['_ (_ + _)', /axis 1 has two sizes to infer/],
    ['h{2}', /unexpected 'h\{2\}'/],
    ['_>', /has an arrow on an item without a group/],
    ['>4', /has an arrow on an item without a group/],
    ['h (4 _)>', /has an arrow on an item without a group/],
    ['>', /unexpected '>'/],
    ['>>h', /unexpected '>>h'/],
    ['> h', /unexpected '>'/],
    ['d>[h]', /'d>\[' has an arrow between two items/],
    ['(a)>(b)', /'\)>\(' has an arrow between two items/],
    ['a>b', /'a>b' has an arrow between two items/],
    ['a>(b)', /'a>\(' has an arrow between two items/],
    ['>(a)>b', /'\)>b' has an arrow between two items/],
  ])('%j is refused, with the parameter named', (pattern, message) => {
    const read = () => permutationSpec({ 'dense/kernel': pattern });
    expect(read).toThrow(InvalidInputError);
    expect(read).toThrow(message);
    expect(read).toThrow(/parameter 'dense\/kernel'/);
  });

  it('refuses what is no pattern, the name __proto__ and unknown options', () => {
    expect(() => permutationSpec({ w: 3 as unknown as string })).toThrow(
      /'w' must be a string, received a number/,
    );
    expect(() => permutationSpec(JSON.parse('{"__proto__": "_"}'))).toThrow(/named '__proto__'/);
    expect(() => permutationSpec({}, { unlisted: 'skip' as 'fixed' })).toThrow(/unlisted must be/);
  });

  it('names such as constructor and toString are names like any other', () => {
    expect(
      sizesOfPatterns({ constructor: 'h', toString: 'h' }, { constructor: [3], toString: [3] }),
    ).toEqual({ h: 3 });
    expect(() => sizesOfPatterns({ w: 'h' }, { w: [3], constructor: [3] })).toThrow(
      /'constructor', which the spec does not name/,
    );
  });
});
