import * as tf from '@tensorflow/tfjs-core';
import { type Params, permutationSpec } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { traceSpec, verifySpec } from '../../src/tracing';
import { useBackend } from '../support/backend';
import { expectNoLeak } from '../support/invariants';

await useBackend('cpu');

const normal = (shape: number[], seed: number, scale = 0.5) =>
  tf.randomNormal(shape, 0, scale, 'float32', seed);

/** h = relu(x·enc), of which two heads make an output each. */
const params: Params = {
  enc: normal([6, 16], 1),
  boxIn: normal([16, 8], 2),
  boxOut: normal([8, 4], 3),
  clsIn: normal([16, 8], 4),
  clsOut: normal([8, 3], 5),
};
const patterns = { enc: '_ h', boxIn: 'h b', boxOut: 'b _', clsIn: 'h c', clsOut: 'c _' };
const x = normal([4, 6], 9, 1);

function outputs(p: Params, input: tf.Tensor) {
  const h = tf.relu(tf.matMul(input, p.enc));
  return {
    boxes: tf.mul(640, tf.sigmoid(tf.matMul(tf.relu(tf.matMul(h, p.boxIn)), p.boxOut))),
    classes: tf.softmax(tf.matMul(tf.relu(tf.matMul(h, p.clsIn)), p.clsOut)),
  };
}

/** Ways to return a large output beside a small one. */
const arrangements: Record<string, (p: Params, input: tf.Tensor) => unknown> = {
  'a list': (p, input) => Object.values(outputs(p, input)),
  'a record': outputs,
  'columns of one tensor': (p, input) => tf.concat(Object.values(outputs(p, input)), 1),
  'a vector for each sample': (p, input) =>
    tf.unstack(tf.concat(Object.values(outputs(p, input)), 1)),
  'channels that come first'(p, input) {
    const { boxes, classes } = outputs(p, input);
    return tf.tile(tf.reshape(tf.concat([boxes, classes], 1), [4, 7, 1, 1]), [1, 1, 2, 2]);
  },
  'the large one far away from zero': (p, input) => tf.add(outputs(p, input).classes, 30),
};

describe('verifySpec judges every output by itself', () => {
  it.each(Object.entries(arrangements))('%s', async (_, forward) => {
    const whole = await verifySpec(permutationSpec(patterns), forward, params, x);
    expect(whole).toMatchObject({ ok: true, error: 0, groups: {}, warnings: [] });
    const wrong = permutationSpec({ ...patterns, clsOut: '_ _' });
    const found = await verifySpec(wrong, forward, params, x);
    expect(found.ok).toBe(false);
    expect(Object.keys(found.groups)).toEqual(['c']);
  });

  it('and says which outputs which groups change', async () => {
    const wrong = permutationSpec({ ...patterns, clsOut: '_ _' });
    const found = await verifySpec(wrong, outputs, params, x);
    expect(found.outputs.boxes).toMatchObject({ error: 0, groups: {} });
    expect(found.outputs.classes.error).toBe(found.error);
    expect(found.outputs.classes.groups).toEqual(found.groups);
    for (const { resolution } of Object.values(found.outputs)) {
      expect(resolution).toBeGreaterThan(0);
      expect(resolution).toBeLessThan(1e-3);
    }
  });

  it('by the names of nested outputs', async () => {
    const forward = (p: Params, input: tf.Tensor) => {
      const { boxes, classes } = outputs(p, input);
      return { all: [boxes, { classes }], last: classes };
    };
    const found = await verifySpec(permutationSpec(patterns), forward, params, x);
    expect(Object.keys(found.outputs)).toEqual(['all.0', 'all.1.classes', 'last']);
  });
});

describe('rounding', () => {
  const own = { a: normal([6, 16], 1), o: normal([16, 1], 2) };
  const spec = permutationSpec({ a: '_ h', o: 'h _' });
  const wrong = permutationSpec({ a: '_ h', o: '_ _' });
  const offsetBy = (offset: number) => (p: Params, input: tf.Tensor) =>
    tf.add(tf.matMul(tf.relu(tf.matMul(input, p.a)), p.o), offset);

  it.each([0, 100, 1e4])('of an offset of %d is no fault and hides none', async (offset) => {
    expect(await verifySpec(spec, offsetBy(offset), own, x)).toMatchObject({ ok: true, error: 0 });
    expect(await verifySpec(wrong, offsetBy(offset), own, x)).toMatchObject({ ok: false });
  });

  it('that hides all changes is told', async () => {
    for (const each of [spec, wrong]) {
      const found = await verifySpec(each, offsetBy(1e8), own, x);
      expect(found.ok).toBe(true);
      expect(found.outputs.output.resolution).toBeGreaterThan(0.1);
      expect(found.warnings).toEqual([expect.stringMatching(/'output'/)]);
    }
    const traced = await traceSpec(offsetBy(1e8), own, x);
    expect(traced.derivation?.warnings).toEqual([expect.stringMatching(/'output'/)]);
  });

  it('of sums inside the network that cancel is no fault', async () => {
    const forward = (p: Params, input: tf.Tensor) => tf.sub(offsetBy(3000)(p, input), 3000);
    for (const seed of [1, 2, 3, 4, 5]) {
      expect(await verifySpec(spec, forward, own, x, { seed })).toMatchObject({ ok: true });
    }
  });

  it('of a single sample is no fault', async () => {
    const one = tf.slice(x, [0, 0], [1, 6]);
    for (const seed of [1, 2, 3, 4, 5]) {
      const whole = await verifySpec(permutationSpec(patterns), outputs, params, one, { seed });
      expect(whole).toMatchObject({ ok: true });
      const spoilt = permutationSpec({ ...patterns, clsOut: '_ _' });
      expect(await verifySpec(spoilt, outputs, params, one, { seed })).toMatchObject({ ok: false });
    }
  });

  it('leaves infinities and what is no number as they are', async () => {
    const masked = (p: Params, input: tf.Tensor) =>
      tf.add(offsetBy(0)(p, input), tf.tensor1d([0, Number.NEGATIVE_INFINITY, Number.NaN]));
    expect(await verifySpec(spec, masked, own, x)).toMatchObject({ ok: true, error: 0 });
    expect(await verifySpec(wrong, masked, own, x)).toMatchObject({ ok: false });
  });
});

describe('small groups', () => {
  it.each([2, 3, 4])('of %d units that must move together are told from one', async (n) => {
    const own = { w: normal([6, n], 1), v: normal([n, 5], 2) };
    const forward = (p: Params, input: tf.Tensor) => tf.matMul(tf.tanh(tf.matMul(input, p.w)), p.v);
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const spec = permutationSpec({ w: '_ a', v: 'b _' });
      expect(await verifySpec(spec, forward, own, x, { seed })).toMatchObject({ ok: false });
    }
  });

  it('of which only rotations are symmetries are refused', async () => {
    // Σ of products of neighbours in a ring of three: no order but the rotations keeps x·w·rot(v).
    const own = { w: normal([6, 3], 1) };
    const forward = (p: Params, input: tf.Tensor) => {
      const h = tf.matMul(input, p.w);
      return tf.sum(
        tf.mul(tf.square(h), tf.concat([tf.slice(h, [0, 1]), tf.slice(h, [0, 0], [4, 1])], 1)),
        1,
      );
    };
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const spec = permutationSpec({ w: '_ h' });
      expect(await verifySpec(spec, forward, own, x, { seed })).toMatchObject({ ok: false });
    }
  });
});

describe('work', () => {
  it('is five passes where all is well', async () => {
    let calls = 0;
    const forward = (p: Params, input: tf.Tensor) => {
      calls++;
      return outputs(p, input);
    };
    await verifySpec(permutationSpec(patterns), forward, params, x);
    expect(calls).toBe(5);
  });

  it('leaks nothing, wherever it fails', async () => {
    for (const failing of [1, 2, 3, 4, 5]) {
      let calls = 0;
      const forward = (p: Params, input: tf.Tensor) => {
        const all = outputs(p, input);
        const best = tf.gather(all.boxes, tf.argMax(all.classes, 1), 1, 1);
        if (++calls === failing) throw new Error('did it diverge?');
        return { ...all, best };
      };
      await expectNoLeak(() => verifySpec(permutationSpec(patterns), forward, params, x));
    }
  });

  it('ends with a reason that is a sentence', async () => {
    const forward = () => {
      throw new Error('Did it diverge?');
    };
    await expect(verifySpec(permutationSpec(patterns), forward, params, x)).rejects.toThrow(
      'verifySpec: forward failed: Did it diverge? See the cause of this error.',
    );
  });
});
