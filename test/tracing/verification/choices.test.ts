import * as tf from '@tensorflow/tfjs-core';
import {
  invertPermutations,
  type Params,
  type PermutationSpec,
  permute,
  randomPermutations,
  weightMatch,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { traceSpec, verifySpec } from '../../../src/tracing';
import { useBackend } from '../../support/backend';
import { expectNoLeak } from '../../support/invariants';
import { groupList, randomParams } from '../network';

await useBackend('cpu');

/** Two convolutions, then a score and a box for each of 36 places. */
const shapes = {
  'conv1/kernel': [3, 3, 3, 8],
  'conv1/bias': [8],
  'conv2/kernel': [3, 3, 8, 12],
  'conv2/bias': [12],
  'score/kernel': [1, 1, 12, 1],
  'box/kernel': [1, 1, 12, 4],
};
const conv = (x: tf.Tensor, kernel: tf.Tensor) =>
  tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, 1, 'same');

function trunk(p: Params, x: tf.Tensor): tf.Tensor {
  const h = tf.relu(tf.add(conv(x, p['conv1/kernel']), p['conv1/bias']));
  return tf.relu(tf.add(conv(h, p['conv2/kernel']), p['conv2/bias']));
}

function scoresOf(p: Params, x: tf.Tensor): tf.Tensor2D {
  const logits = tf.reshape(conv(trunk(p, x), p['score/kernel']), [2, 36]);
  return tf.sigmoid(tf.sub(logits, 4.6)) as tf.Tensor2D;
}

function boxesOf(p: Params, x: tf.Tensor): tf.Tensor3D {
  return tf.reshape(conv(trunk(p, x), p['box/kernel']), [2, 36, 4]);
}

/** The corners of boxes by their centres, which lie side by side, and their sizes. */
function corners(boxes: tf.Tensor2D): tf.Tensor2D {
  const centre = tf.stack([tf.range(0, 36), tf.range(0, 36)], 1);
  const [shift, size] = tf.split(boxes, 2, 1);
  const half = tf.add(tf.sigmoid(size), 0.5);
  const middle = tf.add(centre, tf.mul(0.1, shift));
  return tf.concat([tf.sub(middle, half), tf.add(middle, half)], 1) as tf.Tensor2D;
}

const networks: Record<string, (p: Params, x: tf.Tensor) => Record<string, tf.Tensor>> = {
  'top-k of scores, and their boxes'(p, x) {
    const { values, indices } = tf.topk(scoresOf(p, x), 10);
    return { values, indices, boxes: tf.gather(boxesOf(p, x), indices, 1, 1) };
  },
  'argmax alone'(p, x) {
    return { classes: tf.argMax(scoresOf(p, x), 1) };
  },
  'argmin of boxes, tidied up'(p, x) {
    return tf.tidy(() => {
      const boxes = boxesOf(p, x);
      return { nearest: tf.gather(boxes, tf.argMin(tf.sum(tf.square(boxes), 2), 1), 1, 1) };
    });
  },
  'non-maximum suppression'(p, x) {
    const [list] = tf.unstack(scoresOf(p, x)) as tf.Tensor1D[];
    const own = corners(tf.unstack(boxesOf(p, x))[0] as tf.Tensor2D);
    const kept = tf.image.nonMaxSuppression(own, list, 10, 0.3);
    return { kept, boxes: tf.gather(own, kept) };
  },
  'rounding to integers'(p, x) {
    const shades = tf.mul(scoresOf(p, x), 1e7);
    return { shades: tf.cast(shades, 'int32'), rounded: tf.round(shades) };
  },
};

const params = randomParams(shapes);
/** So faint that scores differ by no more than rounding. */
const faint = tf.mul(1e-6, tf.randomNormal([2, 6, 6, 3], 0, 1, 'float32', 3));

/** The spec with one axis fixed that must move. */
function spoilt(spec: PermutationSpec, name: string): PermutationSpec {
  const { axes, optional } = spec.params[name];
  const fixed = axes.map((axis, k) => (k === 2 ? ({ kind: 'fixed', size: 12 } as const) : axis));
  return { ...spec, params: { ...spec.params, [name]: { axes: fixed, optional } } };
}

describe('selections among ties', () => {
  it('come out otherwise where groups move, though the network is the same function', async () => {
    const forward = networks['top-k of scores, and their boxes'];
    const spec = await traceSpec(forward, params, faint);
    const moved = permute(spec, params, randomPermutations(spec, params, { seed: 1 }));
    const [a, b] = [params, moved].map((p) => [...forward(p, faint).indices.dataSync()]);
    expect(a).not.toEqual(b);
  });

  it.each(Object.entries(networks))('%s: all groups stay', async (_, forward) => {
    const spec = await expectNoLeak(() => traceSpec(forward, params, faint));
    if (spec instanceof Error) throw spec;
    expect(groupList(spec)).toEqual(['12', '8']);
    for (const seed of [1, 2, 3]) {
      expect(await verifySpec(spec, forward, params, faint, { seed })).toMatchObject({ ok: true });
    }
  });

  it.each(Object.entries(networks))('%s: what was planted is found', async (_, forward) => {
    const spec = await traceSpec(forward, params, faint);
    const shuffle = randomPermutations(spec, params, { seed: 4 });
    const { permutations } = await weightMatch(spec, params, permute(spec, params, shuffle));
    expect(permutations).toEqual(invertPermutations(shuffle));
  });

  it.each(Object.entries(networks))('%s: a wrong spec is refused', async (name, forward) => {
    const spec = await traceSpec(forward, params, faint);
    const head = name.includes('boxes') ? 'box/kernel' : 'score/kernel';
    for (const x of [faint, tf.randomNormal([2, 6, 6, 3], 0, 1, 'float32', 4)]) {
      const found = await verifySpec(spoilt(spec, head), forward, params, x);
      expect(found.ok).toBe(false);
      expect(Object.keys(found.groups)).toEqual([expect.stringContaining('conv2')]);
    }
  });

  it('are told in the report and in the derivation', async () => {
    const forward = networks['top-k of scores, and their boxes'];
    const spec = await traceSpec(forward, params, faint);
    expect(spec.derivation?.warnings).toContainEqual(
      expect.stringMatching(/^the values that TopK 0 selects from were compared too/),
    );
    const { outputs } = await verifySpec(spec, forward, params, faint);
    expect(Object.keys(outputs)).toEqual(['values', 'indices', 'boxes', 'TopK 0']);
  });

  it('from units that move themselves are compared in any order', async () => {
    // Keys and values by slots: the nearest two slots of each query.
    const own = { keys: tf.randomNormal([4, 9]), values: tf.randomNormal([9, 3]) };
    const forward = (p: Params, x: tf.Tensor) => {
      const { values, indices } = tf.topk(tf.matMul(x as tf.Tensor2D, p.keys as tf.Tensor2D), 2);
      const picked = tf.gather(p.values, tf.cast(indices, 'int32'));
      return tf.sum(tf.mul(tf.expandDims(values, 2), picked), 1);
    };
    const group = { kind: 'group', group: 'slots' } as const;
    const free = { kind: 'fixed', size: null } as const;
    const spec: PermutationSpec = {
      groups: [{ name: 'slots', size: 9 }],
      params: {
        keys: { axes: [{ ...free, size: 4 }, group], optional: false },
        values: { axes: [group, { ...free, size: 3 }], optional: false },
      },
      unlisted: 'error',
    };
    const x = tf.randomNormal([5, 4]);
    expect(await verifySpec(spec, forward, own, x)).toMatchObject({ ok: true });
    const { axes } = spec.params.values;
    const wrong = {
      ...spec,
      params: {
        ...spec.params,
        values: { axes: [{ ...free, size: 9 }, axes[1]], optional: false },
      },
    };
    expect(await verifySpec(wrong, forward, own, x)).toMatchObject({ ok: false });
  });
});
