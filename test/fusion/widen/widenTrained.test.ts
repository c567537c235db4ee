import * as tf from '@tensorflow/tfjs-core';
import { type AxisSpec, groupSizes, type PermutationSpec, type Role, widen } from 'perm-lmc';
import { beforeAll, describe, expect, it } from 'vitest';
import { mapParams } from '../../../src/params/internal';
import { useBackend } from '../../support/backend';
import { fixtures, readParams } from '../../support/fixtures';
import { greatestDifference } from '../../support/invariants';

beforeAll(() => useBackend('wasm'));

/** A spec in PyTorch's layout with roles: kernels produce their first axis and consume the second. */
function withRoles(spec: PermutationSpec): PermutationSpec {
  const roled = (axis: AxisSpec, role: Role): AxisSpec =>
    axis.kind === 'group' ? { ...axis, role } : axis;
  const params = mapParams(spec.params, ({ axes, optional }) => ({
    axes: axes.map((axis, at) => roled(axis, at === 0 ? 'producer' : 'consumer')),
    optional,
  }));
  return { ...spec, params };
}

describe.each(fixtures)('widen: trained $name', ({ name, spec, forward }) => {
  it.each(['zero', 'copy', 'random'] as const)(
    'keeps its outputs, filled with %s',
    async (fill) => {
      const params = readParams(`${name}_A`);
      const images = tf.randomUniform([4, 784], 0, 1, 'float32', 3);
      const sizes = Object.fromEntries(
        Object.entries(groupSizes(spec, params)).map(([group, size]) => [
          group,
          Math.ceil(1.3 * size),
        ]),
      );
      const wider = await widen(withRoles(spec), params, sizes, { fill });
      expect(groupSizes(spec, wider.params)).toEqual(sizes);
      const before = forward(params, images);
      const [largest] = await tf.max(tf.abs(before)).data();
      // Zeros change no sum by a bit; shared consumers are rounded.
      const most = fill === 'copy' ? 5e-6 : 1e-6;
      expect(await greatestDifference(before, forward(wider.params, images))).toBeLessThan(
        most * largest,
      );
      tf.dispose([params, wider.params, images]);
    },
  );
});
