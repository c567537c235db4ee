/**
 * Two networks that PyTorch exported as .onnx files become one file, without PyTorch and without a spec: the graph in
 * the files is run by TensorFlow.js, its spec is derived, and the units of B are brought into A's order. Prints the
 * barriers before and after, and writes the curves to out/onnx-barrier.svg and the merged network to out/merged.onnx.
 *
 *     npm run example onnx
 *
 * The networks are small convolutional networks with batch normalisation, trained on MNIST from different seeds by
 * scripts/onnxExample.py. With --quick it measures on a part of the data, for a test of this example.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import {
  barrier,
  classificationEvaluator,
  formatSpec,
  interpolate,
  type Params,
  permute,
  resetBatchNorm,
  weightMatch,
} from 'perm-lmc';
import { onnxNetworks, writeOnnx } from 'perm-lmc/onnx';
import { barrierPlot } from 'perm-lmc/plots';
import { type LabelledImages, loadMnist } from './support/mnist';

const quick = process.argv.includes('--quick');
const readBytes = (name: string) =>
  new Uint8Array(readFileSync(new URL(`./data/${name}`, import.meta.url)));

await tf.setBackend('wasm');

// 1. Read both files. The spec says which axes of the weights share units.
const files = [readBytes('digits_a.onnx'), readBytes('digits_b.onnx')];
const { params, forward, spec, warnings } = await onnxNetworks(files);
const [a, b] = params;
console.log(formatSpec(spec));
for (const warning of warnings) console.log(warning);

// 2. Find the order of B's units that brings its weights closest to A's, and apply it.
const { permutations } = await weightMatch(spec, a, b);
const aligned = permute(spec, b, permutations);

// 3. Measure the barrier before and after. The statistics of batch normalisation are recomputed on training digits at
// every point, because averages of the networks' statistics fit neither network.
const { train, test } = loadMnist(quick ? { train: 200, test: 200 } : { train: 1000, test: 2000 });
const inputs = pixelsOf(train);
const x = pixelsOf(test);
const y = tf.tensor1d(test.labels, 'int32');
const evaluate = classificationEvaluator(forward, { x, y });
const points = quick ? 3 : 11;
const before = await barrier(a, b, evaluateReset, { points });
const after = await barrier(a, aligned, evaluateReset, { points });

// 4. Average them and write the result: the file of A with other weights.
const average = interpolate(a, aligned, 0.5);
const merged = await resetBatchNorm(average, { forward, inputs });
const { error } = await evaluate(merged);
const middle = (points - 1) / 2;
console.log(`
                    loss barrier   error in the middle
  before            ${row(before.loss.max, before.error.values[middle])}
  after alignment   ${row(after.loss.max, after.error.values[middle])}

test error: A ${percent(before.error.values[0])}, B ${percent(before.error.values[points - 1])}, merged ${percent(error)}`);

mkdirSync('out', { recursive: true });
writeFileSync('out/merged.onnx', await writeOnnx(files[0], merged));
writeFileSync(
  'out/onnx-barrier.svg',
  barrierPlot(
    [
      { label: 'B as trained', report: before },
      { label: 'B aligned to A', report: after },
    ],
    {
      title: 'Two .onnx files, before and after weight matching',
      xLabel: 'α, from digits_a.onnx (0) to digits_b.onnx (1)',
      yLabel: 'test loss',
    },
  ),
);
console.log('wrote out/merged.onnx and out/onnx-barrier.svg');
tf.dispose([a, b, aligned, average, merged, inputs, x, y]);

/** Loss and error with statistics of batch normalisation for these params. */
async function evaluateReset(mixture: Params) {
  const own = await resetBatchNorm(mixture, { forward, inputs });
  try {
    return await evaluate(own);
  } finally {
    tf.dispose(own);
  }
}

/** Images as the networks take them: [count, 1, 28, 28], with pixels from 0 to 255. */
function pixelsOf({ images, count }: LabelledImages): tf.Tensor {
  return tf.tidy(() => tf.mul(tf.tensor(images, [count, 1, 28, 28]), 255));
}

function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(2)} %`;
}

function row(loss: number, error: number): string {
  return `${loss.toFixed(3).padStart(12)}${percent(error).padStart(22)}`;
}
