import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { formatPattern } from '../../src/symmetry/formatPattern';
import { permutationSpec } from '../../src/symmetry/permutationSpec';
import { explainSpec, traceSpec, verifySpec } from '../../src/tracing';
import { useBackend } from '../support/backend';
import { expectNoLeak } from '../support/invariants';
import { groupList, randomInput, randomParams } from './network';
import { programs } from './programs';

await useBackend('cpu');

const { mlp } = programs;
const params = randomParams(mlp.shapes);
const x = randomInput(mlp);

describe('traceSpec', () => {
  it('gives the spec of a network, verified', async () => {
    const spec = await traceSpec(mlp.forward, params, x);
    expect(groupList(spec)).toEqual(mlp.groups);
    expect(spec.groups.map(({ name }) => name)).toEqual(['dense1', 'dense2']);
    expect(spec.derivation?.warnings).toEqual([]);
  });

  it('gives plain data', async () => {
    const spec = await traceSpec(mlp.forward, params, x);
    expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
  });

  it('gives the same spec every time', async () => {
    const { vit } = programs;
    const [first, second] = await Promise.all(
      [1, 2].map((seed) =>
        traceSpec(vit.forward, randomParams(vit.shapes, seed), randomInput(vit, seed)),
      ),
    );
    expect(first).toEqual(second);
  });

  it('leaks nothing, also where it fails', async () => {
    await expectNoLeak(() => traceSpec(mlp.forward, params, x));
    await expectNoLeak(() => traceSpec(() => 1, params, x));
    await expectNoLeak(() =>
      traceSpec(
        (p, input) => {
          mlp.forward(p, input);
          throw new Error('halfway');
        },
        params,
        x,
      ),
    );
  });

  it('takes variables for params, and several inputs by name', async () => {
    const own = {
      w: tf.variable(tf.randomNormal([3, 8])),
      v: tf.variable(tf.randomNormal([8, 2])),
    };
    const forward = (p: Params, { a, b }: Record<string, tf.Tensor>) => ({
      y: tf.matMul(tf.relu(tf.matMul(tf.add(a, b), p.w)), p.v),
    });
    const spec = await traceSpec(forward, own, { a: tf.ones([2, 3]), b: tf.ones([2, 3]) });
    expect(groupList(spec)).toEqual(['8']);
    tf.dispose(own);
  });

  it('gives two names of one tensor the same axes', async () => {
    const w = tf.randomNormal([6, 6]);
    const own = { in: tf.randomNormal([3, 6]), first: w, second: w, out: tf.randomNormal([6, 2]) };
    const forward = (p: Params, input: tf.Tensor) => {
      let h = tf.relu(tf.matMul(input, p.in));
      h = tf.relu(tf.matMul(h, p.first));
      return tf.matMul(tf.relu(tf.matMul(h, p.second)), p.out);
    };
    const spec = await traceSpec(forward, own, tf.randomNormal([2, 3]));
    expect(spec.params.first).toEqual(spec.params.second);
    expect(groupList(spec)).toEqual(['6']);
  });

  it('fixes integer parameters and what they meet', async () => {
    const own = {
      w: tf.randomNormal([3, 4]),
      order: tf.tensor1d([2, 0, 1, 3], 'int32'),
      v: tf.randomNormal([4, 2]),
    };
    const forward = (p: Params, input: tf.Tensor) =>
      tf.matMul(tf.gather(tf.matMul(input, p.w), p.order as tf.Tensor1D, 1), p.v);
    const spec = await traceSpec(forward, own, tf.randomNormal([2, 3]));
    expect(spec.groups).toEqual([]);
    expect(spec.derivation?.fixed).toContainEqual({
      param: 'order',
      axis: 0,
      why: 'it is not a float32 parameter',
    });
  });

  it('warns of parameters that are not used and fixes them', async () => {
    const own = { ...params, spare: tf.ones([4, 5]) };
    const spec = await traceSpec(mlp.forward, own, x);
    expect(formatPattern(spec.params.spare)).toBe('4 5');
    expect(spec.derivation?.warnings).toEqual(["the forward pass does not use 'spare'"]);
  });

  it('fixes and warns of what one step of a recurrent network leaves loose', async () => {
    const { lstm } = programs;
    const input = tf.randomNormal([2, 1, 5]);
    const spec = await traceSpec(lstm.forward, randomParams(lstm.shapes), input);
    expect(formatPattern(spec.params.recurrent)).toBe('8 (4 kernel)>');
    expect(spec.derivation?.warnings[0]).toMatch(/'recurrent' is fixed.*two steps/);
  });

  it('fixes a group that the verification finds at fault, and keeps the others', async () => {
    // What is computed outside of tfjs kernels that it can see: weights picked by a counter of calls.
    let calls = 0;
    const forward = (p: Params, input: tf.Tensor) => {
      const h = tf.relu(tf.matMul(input, p['dense1/kernel']));
      // The first two runs are those of the trace.
      const scaled = calls++ < 1 ? h : tf.mul(h, tf.linspace(1, 2, 32));
      const g = tf.relu(tf.matMul(scaled, p['dense2/kernel']));
      return tf.matMul(g, p['dense3/kernel']);
    };
    const spec = await traceSpec(forward, params, x);
    expect(groupList(spec)).toEqual(['24']);
    expect(spec.derivation?.warnings).toContainEqual(expect.stringContaining("'dense1' are fixed"));
    expect(spec.derivation?.fixed).toContainEqual({
      param: 'dense1/kernel',
      axis: 1,
      why: 'moving it changed the outputs',
    });
  });

  it('does not verify where it need not', async () => {
    let calls = 0;
    const forward = (p: Params, input: tf.Tensor) => {
      calls++;
      return mlp.forward(p, input);
    };
    await traceSpec(forward, params, x, { verify: false });
    expect(calls).toBe(1);
  });

  it('ends where its signal says', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(traceSpec(mlp.forward, params, x, { signal })).rejects.toThrow('enough');
  });

  const bad: [string, () => Promise<unknown>, RegExp][] = [
    [
      'forward is no function',
      () => traceSpec(1 as never, params, x),
      /forward must be a function/,
    ],
    ['forward is asynchronous', () => traceSpec(async () => x, params, x), /asynchronous/],
    [
      'forward returns no tensor',
      () => traceSpec(() => [1], params, x),
      /must return a tensor, .* received an array/,
    ],
    [
      'forward returns nothing',
      () => traceSpec(() => {}, params, x),
      /must return a tensor, .* received undefined/,
    ],
    ['no parameter is used', () => traceSpec(() => tf.relu(x), params, x), /none of the params/],
    ['params are a list', () => traceSpec(mlp.forward, [x] as never, x), /params must be params/],
    [
      'a parameter is no tensor',
      () => traceSpec(mlp.forward, { w: 1 } as never, x),
      /'w' must be a tensor/,
    ],
    [
      'the input is no tensor',
      () => traceSpec(mlp.forward, params, [1] as never),
      /input must be a tensor/,
    ],
    [
      'there is no input',
      () => traceSpec(mlp.forward, params, undefined as never),
      /input must be a tensor/,
    ],
    [
      'forward draws random numbers',
      () => traceSpec((p, input) => tf.dropout(mlp.forward(p, input), 0.5), params, x),
      /other values the second time/,
    ],
    [
      'forward returns nothing but NaN',
      () => traceSpec((p, input) => tf.log(tf.neg(tf.exp(mlp.forward(p, input)))), params, x),
      /returned no finite number/,
    ],
    [
      'forward disposes a parameter',
      () => {
        const own = tf.tidy(() =>
          Object.fromEntries(Object.entries(params).map(([name, each]) => [name, tf.clone(each)])),
        );
        const [first] = Object.keys(own);
        return traceSpec(
          (p, input) => {
            const y = mlp.forward(p, input);
            p[first].dispose();
            return y;
          },
          own,
          x,
        );
      },
      /forward disposed parameter '/,
    ],
    [
      'a parameter is a tensor of strings',
      () => traceSpec(mlp.forward, { ...params, names: tf.tensor(['a']) }, x),
      /'names' is a tensor of strings/,
    ],
  ];
  it.each(bad)('says so where %s', async (_, work, message) => {
    await expect(work()).rejects.toThrow(message);
    await expect(work()).rejects.toThrow(/^traceSpec: /);
  });

  it('keeps the count of bytes where an operation gets an input of too few axes', async () => {
    const before = tf.memory().numBytes;
    const forward = (p: Params) => tf.matMul([] as unknown as tf.Tensor2D, p.w as tf.Tensor2D);
    await expect(traceSpec(forward, { w: tf.ones([2, 3]) }, x)).rejects.toThrow('inner shapes');
    expect(tf.memory().numBytes).toBe(before + 24); // The 2 · 3 values of w.
  });

  it('attaches what forward threw', async () => {
    const cause = new Error('no such layer');
    const forward = () => {
      throw cause;
    };
    const error = await traceSpec(forward, params, x).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({
      name: 'InvalidInputError',
      message: expect.stringContaining('no such layer'),
      cause,
    });
  });
});

describe('verifySpec', () => {
  const patterns = {
    'dense1/kernel': '_ a',
    'dense1/bias': 'a',
    'dense2/kernel': 'a b',
    'dense2/bias': 'b',
    'dense3/kernel': 'b _',
    'dense3/bias': '_',
  };

  it('accepts a spec that holds', async () => {
    const found = await verifySpec(permutationSpec(patterns), mlp.forward, params, [x]);
    expect(found).toMatchObject({ ok: true, groups: {} });
    expect(found.error).toBeLessThan(1e-5);
  });

  it('names the groups that do not hold and leaves the others', async () => {
    const spec = permutationSpec({ ...patterns, 'dense2/kernel': 'c b', 'dense3/bias': 'd' });
    const found = await verifySpec(spec, mlp.forward, params, x);
    expect(found.ok).toBe(false);
    expect(Object.keys(found.groups).sort()).toEqual(['a', 'c', 'd']);
  });

  it('sees a wrong bias of a new network, whose biases are all zero', async () => {
    const fresh = { ...params, 'dense1/bias': tf.zeros([32]), 'dense2/bias': tf.zeros([24]) };
    const spec = permutationSpec({ ...patterns, 'dense2/bias': 'z' });
    const found = await verifySpec(spec, mlp.forward, fresh, x);
    expect(found.ok).toBe(false);
    const plain = await verifySpec(spec, mlp.forward, fresh, x, { disturb: false });
    expect(plain.groups).not.toHaveProperty('z');
  });

  it('leaks nothing', async () => {
    const spec = permutationSpec({ ...patterns, 'dense2/kernel': 'c b' });
    await expectNoLeak(() => verifySpec(spec, mlp.forward, params, x));
    await expectNoLeak(() => verifySpec(spec, () => null, params, x));
  });
});

describe('explainSpec', () => {
  it('tells groups, patterns, reasons and warnings', async () => {
    const { lstm } = programs;
    const spec = await traceSpec(
      lstm.forward,
      randomParams(lstm.shapes),
      tf.randomNormal([2, 1, 5]),
    );
    expect(explainSpec(spec).split('\n')).toEqual([
      '1 group, 4 parameters, 10^4.6 symmetries',
      '  kernel  8 units  kernel[1] recurrent[1] bias[0] out[0]',
      'parameters',
      '  kernel     5 (4 kernel)>',
      '  recurrent  8 (4 kernel)>',
      '  bias       (4 kernel)>',
      '  out        >kernel 3',
      'fixed',
      '  it meets an axis of the input: kernel[0]',
      '  it meets no other units that move: recurrent[0]',
      '  it reaches the output: out[1]',
      'warnings',
      `  ${spec.derivation?.warnings[0]}`,
    ]);
  });

  it('tells how many units are inside each of another', async () => {
    const { attention } = programs;
    const spec = await traceSpec(
      attention.forward,
      randomParams(attention.shapes),
      randomInput(attention),
    );
    expect(explainSpec(spec)).toMatch(/wq +24 units, 6 in each of wq.heads/);
  });

  it('tells what there is to tell of a spec written by hand', () => {
    expect(explainSpec(permutationSpec({ w: '_ h' }))).toBe(
      '1 group, 1 parameter\n  h  w[1]\nparameters\n  w  _ h',
    );
  });
});
