import { permutationSpec } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import type { TrackedAxis, Units } from '../../src/architectures/trackedSpec';
import { trackUnits } from '../../src/architectures/trackUnits';

const out = (...units: Units): TrackedAxis => ({ units, role: 'producer' });
const into = (...units: Units): TrackedAxis => ({ units, role: 'consumer' });

describe('trackUnits', () => {
  it('writes units that stay in order as patterns do', () => {
    const { draw, add, spec } = trackUnits();
    const [a, b] = [draw('a', 4), draw('b', 3)];
    add('a.weight', [out(...a), null]);
    add('a.bias', [out(...a)], true);
    add('b.weight', [out(...b), into(...a)]);
    add('head.weight', [null, into(...a, ...b)]);
    const expected = permutationSpec(
      {
        'a.weight': 'a> _',
        'a.bias': '? a>',
        'b.weight': 'b> >a',
        'head.weight': '_ >(a + b)',
      },
      { sizes: { a: 4, b: 3 } },
    );
    expect(spec()).toEqual(expected);
  });

  it('writes out the positions of units that are mixed', () => {
    const { draw, add, spec } = trackUnits();
    const [[a0, a1], [b0, b1]] = [draw('a', 2), draw('b', 2)];
    add('a.weight', [out(a0, a1)]);
    add('head.weight', [into(a0, b0, a1, b1)]);
    expect(spec().params['head.weight'].axes).toEqual([
      {
        kind: 'entries',
        size: 4,
        entries: [
          { group: 'a', index: [0, 2], role: 'consumer' },
          { group: 'b', index: [1, 3], role: 'consumer' },
        ],
      },
    ]);
  });

  it('divides the units of a layer that go different ways', () => {
    const { draw, add, spec } = trackUnits();
    const units = draw('a', 5);
    add('a.weight', [out(...units), null]);
    add('b.weight', [null, into(...units.slice(0, 2))]);
    const { groups, params } = spec();
    expect(groups).toEqual([
      { name: 'a:1', size: 2 },
      { name: 'a:2', size: 3 },
    ]);
    expect(params['b.weight'].axes[1]).toEqual({
      kind: 'group',
      group: 'a:1',
      role: 'consumer',
    });
  });

  it('moves units together that are added', () => {
    const { draw, add, tie, spec } = trackUnits();
    const [a, b, c] = [draw('a', 3), draw('b', 3), draw('c', 3)];
    tie(a, b);
    tie(b, c);
    add('a.weight', [out(...a), null]);
    add('c.weight', [out(...c), null]);
    expect(spec().groups).toEqual([{ name: 'a', size: 3 }]);
    expect(spec().params['c.weight'].axes[0]).toEqual({
      kind: 'group',
      group: 'a',
      role: 'producer',
    });
    expect(() => tie(a, draw('d', 2))).toThrow(/an image of 3 channels is added to one of 2/);
  });

  it('leaves a unit in place that is twice on an axis', () => {
    const { draw, add, spec } = trackUnits();
    const [first, ...others] = draw('a', 3);
    add('a.weight', [out(first, ...others, first)]);
    expect(spec().params['a.weight'].axes).toEqual([
      { kind: 'entries', size: 4, entries: [{ group: 'a', index: [1, 2], role: 'producer' }] },
    ]);
  });
});
