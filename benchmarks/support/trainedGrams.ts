import * as tf from '@tensorflow/tfjs-core';
import { mlpSpec, solveAssignment, weightMatch } from 'perm-lmc';
import { cached } from '../../examples/support/cached';
import { loadMnist } from '../../examples/support/mnist';
import { trainMlp } from '../../examples/support/trainMlp';

/**
 * The assignment problems of the first two sweeps that `weightMatch` makes between two MLPs 784-n-n-10 trained on
 * MNIST, `[n × n]` each. The networks are kept below `out` for the next time.
 */
export async function trainedGrams(n: number): Promise<readonly Float32Array[]> {
  const [a, b] = [await trained(n, 1), await trained(n, 2)];
  const grams: Float32Array[] = [];
  await weightMatch(mlpSpec(3), a, b, {
    start: 'identity',
    method: 'coordinateDescent',
    maxSweeps: 2,
    order: 'forward',
    solver: (similarity, units) => {
      grams.push(Float32Array.from(similarity));
      return solveAssignment(similarity, units);
    },
  });
  tf.dispose([a, b]);
  return grams;
}

function trained(n: number, seed: number) {
  const options = { widths: [784, n, n, 10], epochs: 1, seed };
  const path = `out/bench/mlp-${options.widths.join('-')}-grams-${seed}.safetensors`;
  return cached(path, options, () =>
    trainMlp({ ...options, train: loadMnist({ train: 20_000, test: 1 }).train }),
  );
}
