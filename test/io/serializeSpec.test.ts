import fc from 'fast-check';
import {
  InvalidInputError,
  mlpSpec,
  type PermutationSpec,
  parseSpec,
  permutationSpec,
  resnetSpec,
  serializeSpec,
  vggSpec,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';

const withEntries: PermutationSpec = {
  groups: [
    { name: 'g', size: 2 },
    { name: 'h', size: null },
  ],
  unlisted: 'fixed',
  params: {
    w: {
      optional: true,
      axes: [
        { kind: 'fixed', size: null },
        {
          kind: 'entries',
          size: 6,
          entries: [
            { group: 'h', index: [0, 2] },
            { group: 'g', index: [5, 1] },
          ],
        },
        {
          kind: 'product',
          factors: [
            { kind: 'fixed', size: 4 },
            { kind: 'group', group: 'h' },
          ],
        },
      ],
    },
  },
};

describe('specs survive JSON', () => {
  it.each<[string, PermutationSpec]>([
    [
      'patterns',
      permutationSpec({ w: '_ (4 h)', v: '? (h + 2 g) _', s: '', t: '?' }, { unlisted: 'fixed' }),
    ],
    ['an MLP', mlpSpec(4)],
    ['a VGG', vggSpec(16, { layout: 'pytorch', batchNorm: true })],
    ['a ResNet', resnetSpec([3, 4, 6, 3], { layout: 'pytorch', block: 'bottleneck' })],
    ['positions written out, sizes, an order of groups of its own', withEntries],
    ['no parameter', permutationSpec({})],
  ])('%s', (_, spec) => {
    expect(parseSpec(serializeSpec(spec))).toEqual(spec);
    expect(parseSpec(JSON.stringify(JSON.parse(serializeSpec(spec))))).toEqual(spec);
    expect(structuredClone(spec)).toEqual(spec);
  });

  it('groups may be left out of what people write', () => {
    const json =
      '{"format": "perm-lmc spec", "version": 1, "params": {"kernel": "_ h", "bias": "h"}}';
    expect(parseSpec(json)).toEqual(permutationSpec({ kernel: '_ h', bias: 'h' }));
  });

  const wrap = (params: string, rest = '') =>
    `{"format": "perm-lmc spec", "version": 1${rest}, "params": ${params}}`;
  it.each<[string, string, RegExp]>([
    ['no JSON', '{', /parseSpec: the spec is not JSON/],
    ['a list', '[]', /not a JSON object/],
    [
      'another format',
      '{"params": {}}',
      /expected format "perm-lmc spec", version 1, received missing/,
    ],
    [
      'another version',
      '{"format": "perm-lmc spec", "version": 2, "params": {}}',
      /received "perm-lmc spec", version 2/,
    ],
    ['an unknown field', wrap('{}', ', "extra": 1'), /the spec has the field "extra"/],
    ['no params', wrap('[]'), /params must be an object, received \[\]/],
    ['a key twice', wrap('{"w": "h", "w": "g"}'), /"w" twice/],
    ['__proto__', wrap('{"__proto__": "h"}'), /named '__proto__'/],
    [
      'a malformed pattern',
      wrap('{"w": "(h"}'),
      /parseSpec: the pattern '\(h' of parameter 'w': a '\(' is never closed/,
    ],
    ['a parameter that is a number', wrap('{"w": 3}'), /parameter 'w' is 3/],
    ['two axes in one', wrap('{"w": {"axes": ["h g"]}}'), /parameter 'w' axis 0 is "h g"/],
    ['an axis that is null', wrap('{"w": {"axes": [null]}}'), /parameter 'w' axis 0 is null/],
    [
      'entries without size',
      wrap('{"w": {"axes": [{"entries": []}]}}'),
      /parameter 'w' axis 0 is \{"entries":\[\]\}/,
    ],
    [
      'a negative position',
      wrap('{"w": {"axes": [{"size": 3, "entries": [{"group": "h", "index": [-1]}]}]}}'),
      /has the entry \{"group":"h","index":\[-1\]\}/,
    ],
    [
      'a group without a name',
      wrap('{"w": {"axes": [{"size": 3, "entries": [{"group": "", "index": [1]}]}]}}'),
      /has the entry/,
    ],
    [
      'groups that are others',
      wrap('{"w": "h"}', ', "groups": ["g"]'),
      /groups lists \["g"\], but the params use \["h"\]/,
    ],
    [
      'a group listed twice',
      wrap('{"w": "h"}', ', "groups": ["h", "h"]'),
      /groups lists \["h","h"\]/,
    ],
    [
      'a group of size 0',
      wrap('{"w": "h"}', ', "groups": [{"name": "h", "size": 0}]'),
      /groups holds \{"name":"h","size":0\}/,
    ],
    [
      'another unlisted',
      wrap('{}', ', "unlisted": "no"'),
      /unlisted must be 'error' or 'fixed', received no/,
    ],
    ['deep nesting', '['.repeat(100_000), /parseSpec/],
  ])('refuses %s', (_, json, message) => {
    expect(() => parseSpec(json)).toThrow(InvalidInputError);
    expect(() => parseSpec(json)).toThrow(message);
  });

  it('an error about an axis has the parameter, the axis and the value', () => {
    const json = wrap('{"w": {"axes": ["h", {"size": 0}]}}');
    const fields = { fn: 'parseSpec', param: 'w', axis: 1, received: { size: 0 } };
    expect(() => parseSpec(json)).toThrow(expect.objectContaining(fields));
  });

  it('whatever is done to its text, it reads a spec or refuses it, and throws nothing else', () => {
    const text = serializeSpec(withEntries);
    fc.assert(
      fc.property(
        fc.nat(text.length),
        fc.nat(6),
        fc.string({ maxLength: 3 }),
        (at, removed, inserted) => {
          try {
            parseSpec(text.slice(0, at) + inserted + text.slice(at + removed));
          } catch (error) {
            expect(error).toBeInstanceOf(InvalidInputError);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
