/**
 * A small program that uses the package as an application does: it derives a spec, finds a planted
 * permutation, measures a barrier and draws it. It prints a line of JSON.
 */
export const program = `
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { barrier, munkres, permute, randomPermutations, traceSpec, weightMatch } from 'perm-lmc';
import { barrierPlot } from 'perm-lmc/plots';

async function main() {
  await tf.setBackend('cpu');
  const params = {
    in: tf.randomNormal([6, 40], 0, 1, 'float32', 1),
    out: tf.randomNormal([40, 3], 0, 1, 'float32', 2),
  };
  const x = tf.randomNormal([4, 6], 0, 1, 'float32', 3);
  const forward = (p, input) => tf.matMul(tf.relu(tf.matMul(input, p.in)), p.out);
  const spec = await traceSpec(forward, params, x);
  const planted = randomPermutations(spec, params, { seed: 1 });
  const reference = permute(spec, params, planted);
  const match = (solver) => weightMatch(spec, reference, params, { solver });
  const found = ({ permutations }) =>
    Object.entries(planted).every(([group, p]) => permutations[group].join() === p.join());
  const matched = await match();
  const aligned = permute(spec, params, matched.permutations);
  const wanted = forward(params, x);
  const evaluate = async (network) => {
    const error = tf.tidy(() => tf.mean(tf.square(tf.sub(forward(network, x), wanted))));
    const [loss] = await error.data();
    error.dispose();
    return { loss };
  };
  const curve = await barrier(reference, aligned, evaluate, { points: 3 });
  console.log(JSON.stringify({
    groups: Object.keys(planted).length,
    found: found(matched),
    foundByMunkres: found(await match(munkres)),
    barrier: Number(curve.loss.max.toFixed(5)),
    drawn: barrierPlot(curve).startsWith('<svg '),
  }));
}
main().catch((error) => console.log(error.stack));
`;

/** The output where all is well. */
export const expected = {
  groups: 1,
  found: true,
  foundByMunkres: true,
  barrier: 0,
  drawn: true,
};
