import { permutationSpec } from 'perm-lmc';
import { expect, it } from 'vitest';
import { fixGroups } from '../../src/architectures/fixGroups';

const reason = { why: 'it is uncertain', warning: 'read this' };

it('fixGroups fixes all axes of the groups, and gives the reason', () => {
  const spec = permutationSpec({ a: 'h _', b: 'g h', c: '? g', d: '_ (h 2)' });
  const { derivation, ...fixed } = fixGroups(spec, new Set(['h']), reason);
  expect(fixed).toEqual(permutationSpec({ a: '_ _', b: 'g _', c: '? g', d: '_ _' }));
  expect(derivation).toEqual({
    fixed: [
      { param: 'a', axis: 0, why: 'it is uncertain' },
      { param: 'b', axis: 1, why: 'it is uncertain' },
      { param: 'd', axis: 1, why: 'it is uncertain' },
    ],
    warnings: ['read this'],
  });
  expect(fixGroups(spec, new Set(), reason)).toBe(spec);
});
