import * as tf from '@tensorflow/tfjs-core';
import { barrier, type ForwardFn, type Params } from 'perm-lmc';
import { expect, it } from 'vitest';
import { scoped } from '../../src/metrics/batchInput';
import { sharingForward } from '../../src/metrics/firstLayers/sharingForward';
import { useBackend } from '../support/backend';
import { randomTensor } from '../support/randomTensor';
import { programs } from '../tracing/programs';
import { randomProgram } from '../tracing/randomPrograms';

await useBackend('cpu');

const count = Number(process.env.FUZZ ?? 100);
const first = Number(process.env.FUZZ_FIRST ?? 1);

/** The params with noise of a tenth of each value, which keeps variances positive. */
function near(params: Params): Params {
  return Object.fromEntries(
    Object.entries(params).map(([name, w], i) => [
      name,
      w.dtype === 'float32' ? tf.mul(w, tf.add(1, randomTensor(w.shape, i + 1, 0.1))) : w,
    ]),
  );
}

/**
 * The greatest difference between the outputs with all first layers shared and with none, at the points of a barrier,
 * relative to the greatest output; and the number of tensors that were shared.
 */
async function differenceOf(
  forward: ForwardFn,
  params: Params,
  x: tf.Tensor,
): Promise<{ readonly difference: number; readonly count: number }> {
  const sharing = sharingForward(forward, 2 ** 28, 1);
  const keys = new Set<string>();
  const curve = await barrier(
    params,
    near(params),
    async (own, point) => {
      const { shared, ...rest } = scoped(point!, 'x');
      const counted: typeof shared = (key, make) => {
        keys.add(key);
        return shared(key, make);
      };
      const run = sharing({ ...rest, shared: counted }) as ForwardFn;
      const [difference, greatest] = tf.tidy(() => {
        const [found, wanted] = [run(own, x), forward(own, x)];
        const sizes = [tf.max(tf.abs(tf.sub(found, wanted))), tf.max(tf.abs(wanted))];
        return tf.stack(sizes).dataSync();
      });
      return { difference: difference / Math.max(greatest, 1e-3) };
    },
    { points: 4 },
  );
  return { difference: Math.max(...curve.difference.values), count: keys.size };
}

it('the first layers of all programs of the tracer can be shared', async () => {
  let sharing = 0;
  const faults: string[] = [];
  for (const [name, { shapes, input, vocabulary, forward }] of Object.entries(programs)) {
    const params = Object.fromEntries(
      Object.entries(shapes).map(([key, shape], i) => [
        key,
        /variance|scale/.test(key)
          ? tf.abs(randomTensor([...shape], i))
          : randomTensor([...shape], i, 0.5),
      ]),
    );
    const x = vocabulary
      ? tf.randomUniform([...input], 0, vocabulary, 'int32', 1)
      : randomTensor([...input], 99);
    const { difference, count } = await differenceOf(forward, params, x);
    if (count > 0) sharing++;
    if (!(difference < 1e-4)) faults.push(`${name}: ${difference}`);
    tf.dispose([params, x]);
  }
  expect(faults).toEqual([]);
  expect(sharing).toBeGreaterThan(Object.keys(programs).length / 3);
});

it(`the first layers of ${count} random networks can be shared`, async () => {
  let sharing = 0;
  const faults: string[] = [];
  for (let seed = first; seed < first + count; seed++) {
    const { params, x, forward, text } = randomProgram(seed);
    const { difference, count } = await differenceOf(forward, params, x);
    if (count > 0) sharing++;
    if (!(difference < 1e-4)) faults.push(`${text}: ${difference}`);
    tf.dispose([params, x]);
  }
  expect(faults).toEqual([]);
  expect(sharing).toBeGreaterThan(count / 5);
});
