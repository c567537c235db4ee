/**
 * Times the derivation of a spec and a match with it. MobileNetV2 and InceptionV3 as published (in
 * nsfwjs), on the wasm backend: one forward pass on two images, the derivation with and without its
 * verification, and the recovery of a permutation planted in the network, all in one run; times, and
 * times in forward passes.
 *
 *     npm run bench deriving [-- RUNS]
 */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { groupSizes, layersModelNetwork, permute, randomPermutations, weightMatch } from 'perm-lmc';
import { publishedLayersModel } from '../test/models/publishedModels';
import { machine } from './support/machine';
import { quantile, row } from './support/table';

const runs = Number(process.argv[2] ?? 3);
const columns = [34, 10, 16];

await tf.setBackend('wasm');
console.log(machine());
for (const [name, size] of [
  ['mobilenet_v2', 224],
  ['inception_v3', 299],
] as const) {
  const { model } = await publishedLayersModel(name);
  const { params, spec, forward } = await layersModelNetwork(model, { verify: false });
  const sizes = Object.values(groupSizes(spec, params));
  const values = Object.values(params).reduce((sum, each) => sum + each.size, 0);
  console.log(
    `\n${name}: ${values} values, ${sizes.length} groups of up to ${Math.max(...sizes)} units`,
  );
  console.log(row(columns, '', 'seconds', 'forward passes'));
  const x = tf.zeros([2, size, size, 3]);
  const pass = await seconds(async () => {
    const y = forward(params, x);
    await y.data();
    y.dispose();
  });
  const report = (what: string, time: number) =>
    console.log(row(columns, what, time.toFixed(2), (time / pass).toFixed(1)));
  report('a forward pass', pass);
  for (const verify of [false, true]) {
    const time = await seconds(async () => {
      const network = await layersModelNetwork(model, { verify });
      tf.dispose(network.params);
    });
    report(verify ? 'derivation, verified' : 'derivation', time);
  }
  const shuffle = randomPermutations(spec, params, { seed: 3 });
  const b = permute(spec, params, shuffle);
  let found: Awaited<ReturnType<typeof weightMatch>> | undefined;
  report(
    'recovering a planted permutation',
    await seconds(async () => {
      found = await weightMatch(spec, params, b, { seed: 0 });
    }),
  );
  const aligned = permute(spec, b, found!.permutations);
  console.log(
    `${found!.sweeps} sweeps; greatest difference of a weight from the original ${greatest(params, aligned)}`,
  );
  tf.dispose([params, b, aligned, x]);
  model.dispose();
}

/** The median time of the runs after one to warm up. */
async function seconds(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run <= runs; run++) {
    const start = performance.now();
    await work();
    if (run > 0) times.push((performance.now() - start) / 1000);
  }
  return quantile(times, 0.5);
}

function greatest(a: tf.NamedTensorMap, b: tf.NamedTensorMap): number {
  return tf.tidy(() =>
    Math.max(
      ...Object.keys(a).map((name) => tf.max(tf.abs(tf.sub(a[name], b[name]))).dataSync()[0]),
    ),
  );
}
