import * as tf from '@tensorflow/tfjs-core';
import {
  type AxisSpec,
  formatSpec,
  InvalidInputError,
  type JointUse,
  type PermutationSpec,
  parseSpec,
  permutationSpec,
  permute,
  type Role,
  serializeSpec,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { assertRoles, resolveSpec } from '../../src/symmetry/internal';
import { useBackend } from '../support/backend';

await useBackend('cpu');

/** The roles of the places of a parameter, each with its group. */
function rolesOf(spec: PermutationSpec, name: string, shape: number[]): string[] {
  const { places } = resolveSpec({ ...spec, unlisted: 'fixed' }, { [name]: tf.zeros(shape) });
  return places.map(({ group, role }) => `${group} ${role}`);
}

describe('an arrow in a pattern is the role of its groups', () => {
  it.each<[string, number[], string[]]>([
    ['h', [3], ['h null']],
    ['h>', [3], ['h producer']],
    ['>h', [3], ['h consumer']],
    ['>h>', [3], ['h both']],
    ['>a b>', [3, 2], ['a consumer', 'b producer']],
    ['>(2 a)', [6], ['a consumer']],
    ['(2 a)> _', [6, 2], ['a producer']],
    ['>(a + 2 b)>', [3 + 4], ['a both', 'b both']],
    ['>(a> + b)', [3 + 2], ['a producer', 'b consumer']],
    ['((a> + >b) + a)>', [3 + 2 + 3], ['a producer', 'b consumer', 'a producer']],
    ['(h d[h])>', [6], ['d producer']],
    ['>h _ >d[h]', [3, 5, 2], ['d consumer']],
    // A place has the role of its own units, not of those that they are inside of.
    ['>h _ d[h]>', [3, 5, 2], ['d producer']],
    ['h> _ d[h]', [3, 5, 2], ['d null']],
  ])('%j', (pattern, shape, roles) => {
    const spec = permutationSpec({ w: pattern });
    const known: Record<string, number> = { a: 3, b: 2, h: 3, d: 6 };
    const groups = spec.groups.map((group) => ({ ...group, size: known[group.name] }));
    expect(rolesOf({ ...spec, groups }, 'w', shape)).toEqual(roles);
  });

  it('prints with as few arrows as it can', () => {
    const printed = (pattern: string) =>
      formatSpec(permutationSpec({ w: pattern }))
        .split('\n')
        .at(-1)!
        .trim()
        .slice(3);
    expect(printed('(4 h>)')).toBe('(4 h)>');
    expect(printed('(>a + >(2 b))')).toBe('>(a + 2 b)');
    expect(printed('(a> + (2 >b))')).toBe('(a> + 2 >b)');
    expect(printed('? >(h) d[h]>')).toBe('? >h d[h]>');
  });
});

describe('roles of entries', () => {
  const listed = (roles: readonly (Role | undefined)[]): AxisSpec => ({
    kind: 'entries',
    size: 6,
    entries: [
      { group: 'h', index: [0, 2], ...(roles[0] ? { role: roles[0] } : {}) },
      { group: 'h', index: [5, 1], ...(roles[1] ? { role: roles[1] } : {}) },
    ],
  });
  const specWith = (axis: AxisSpec): PermutationSpec => ({
    groups: [{ name: 'h', size: 2 }],
    params: { w: { axes: [axis], optional: false } },
    unlisted: 'error',
  });

  it('entries of one role are one place, those of two roles are two', () => {
    expect(rolesOf(specWith(listed(['producer', 'producer'])), 'w', [6])).toEqual(['h producer']);
    expect(rolesOf(specWith(listed(['producer', 'consumer'])), 'w', [6])).toEqual([
      'h producer',
      'h consumer',
    ]);
    expect(rolesOf(specWith(listed([undefined, 'both'])), 'w', [6])).toEqual(['h null', 'h both']);
  });

  it('permuting moves both places', async () => {
    const w = tf.tensor1d([0, 1, 2, 3, 4, 5]);
    const spec = specWith(listed(['producer', 'consumer']));
    const permuted = permute(spec, { w }, { h: Int32Array.of(1, 0) });
    expect([...(await permuted.w.data())]).toEqual([2, 5, 0, 3, 4, 1]);
  });

  it('the role of a product holds for each of its parents', () => {
    const spec: PermutationSpec = {
      groups: [
        { name: 'a', size: 2 },
        { name: 'b', size: 1 },
        {
          name: 'p',
          size: 2,
          parents: [
            { group: 'a', of: [0, 1] },
            { group: 'b', of: [0, 0] },
          ],
        },
      ],
      params: {
        w: {
          axes: [
            {
              kind: 'entries',
              size: 2,
              entries: [{ group: 'p', index: [1, 0], role: 'consumer' }],
            },
          ],
          optional: false,
        },
      },
      unlisted: 'error',
    };
    expect(rolesOf(spec, 'w', [2])).toEqual(['a consumer', 'b consumer']);
    expect(parseSpec(serializeSpec(spec))).toEqual(spec);
  });

  it('survive JSON, and print in their braces', () => {
    const spec = specWith(listed(['producer', 'consumer']));
    expect(parseSpec(serializeSpec(spec))).toEqual(spec);
    expect(formatSpec(spec)).toContain('{6: h> >h}');
  });

  it.each([
    ['a role that is none', specWith(listed(['reader' as Role]))],
    ['null', specWith({ kind: 'group', group: 'h', role: null as unknown as Role })],
  ])('%s is refused, with the axis named', (_, spec) => {
    expect(() => formatSpec(spec)).toThrow(InvalidInputError);
    expect(() => formatSpec(spec)).toThrow(/'w' axis 0 has the role .* for group 'h'/);
  });

  it('JSON with another role is refused', () => {
    const json = serializeSpec(specWith(listed(['producer'])));
    expect(() => parseSpec(json.replace('"producer"', '"reader"'))).toThrow(/has the entry/);
  });
});

describe('specs without roles', () => {
  it('are equal to what they were: nothing is written that is not said', () => {
    const spec = permutationSpec({ w: '_ h', v: 'h (4 k)' });
    expect(JSON.stringify(spec)).not.toMatch(/role|joint/);
    expect(parseSpec(serializeSpec(spec))).toEqual(spec);
  });
});

describe('assertRoles', () => {
  const check = (patterns: Record<string, string>, groups?: ReadonlySet<string>) => {
    const params = Object.fromEntries(
      Object.entries(patterns).map(([name, pattern]) => [
        name,
        tf.zeros(pattern.split(' ').map(() => 2)),
      ]),
    );
    assertRoles(resolveSpec(permutationSpec(patterns), params), 'merging', groups);
  };

  it('accepts producers and consumers', () => {
    check({ w: '_ h>', b: 'h>', v: '>h _' });
  });

  it('names the parameter, the axis and the group of a role that is not said', () => {
    expect(() => check({ w: '_ h>', b: 'h>', v: 'h _' })).toThrow(
      /merging averages producers and adds consumers, and the spec does not say which 'v' axis 0 is for group 'h'.*'h>'.*'>h'.*traceSpec/s,
    );
  });

  it('refuses an axis that is both', () => {
    expect(() => check({ w: '_ h>', e: '_ >h>' })).toThrow(
      /merging averages producers and adds consumers, and 'e' axis 1 is both for group 'h'/,
    );
  });

  it('looks at the groups that it is asked about', () => {
    check({ w: 'g h>', v: '>h _' }, new Set(['h']));
    expect(() => check({ w: 'g h>', v: '>h _' }, new Set(['g']))).toThrow(/group 'g'/);
  });

  it('names an axis of the tensor, also where axes are viewed as one', () => {
    const spec = permutationSpec({ w: 'h> _ d[h]> e' });
    const resolved = resolveSpec(spec, { w: tf.zeros([2, 3, 2, 4]) });
    expect(() => assertRoles(resolved, 'merging')).toThrow(/'w' axis 3 is for group 'e'/);
  });
});

describe('joint uses of a group', () => {
  const patterns = { w: '_ stream>', q: '>stream (h d[h])>' };

  it('are kept in the spec, in JSON and in print', () => {
    const spec = permutationSpec(patterns, {
      sizes: { h: 2 },
      joint: { stream: ['layerNorm', 'mean'], d: ['dotProduct'] },
    });
    expect(spec.groups).toEqual([
      { name: 'stream', size: null, joint: ['layerNorm', 'mean'] },
      { name: 'h', size: 2 },
      { name: 'd', size: null, parents: [{ group: 'h' }], joint: ['dotProduct'] },
    ]);
    expect(parseSpec(serializeSpec(spec))).toEqual(spec);
    expect(formatSpec(spec)).toContain('stream  w[1] q[0] · read together by layerNorm, mean');
  });

  it.each<[string, unknown, RegExp]>([
    ['another group', { g: ['mean'] }, /joint names 'g', which is not a group/],
    ['another use', { h: ['norm'] }, /group 'h' has \[norm\] as its joint uses/],
    ['no use', { h: [] }, /group 'h' has \[\] as its joint uses/],
    ['one twice', { h: ['mean', 'mean'] }, /\[mean,mean\]/],
    ['no list', { h: 'mean' }, /group 'h' has mean as its joint uses/],
    ['no record', ['mean'], /joint must be an object/],
  ])('%s is refused', (_, joint, message) => {
    const write = () =>
      permutationSpec(patterns, { joint: joint as Record<string, readonly JointUse[]> });
    expect(write).toThrow(InvalidInputError);
    expect(write).toThrow(message);
  });

  it('of a spec that is an object or JSON are checked', () => {
    const spec = permutationSpec(patterns, { joint: { h: ['mean'] } });
    const [first, ...others] = spec.groups;
    const wrong = { ...spec, groups: [{ ...first, joint: ['norm' as JointUse] }, ...others] };
    expect(() => formatSpec(wrong)).toThrow(/group 'stream' has \[norm\]/);
    const json = serializeSpec(spec).replace('"mean"', '"norm"');
    expect(() => parseSpec(json)).toThrow(/group 'h' has \[norm\]/);
  });
});
