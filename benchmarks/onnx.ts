/**
 * Times ONNX graphs on the wasm backend. Files of full size with random weights are made here.
 *
 * - A forward pass against the same network written by hand in tfjs on the same params, for batches of 1 and 8, and
 *   the greatest difference of their outputs, relative to the greatest output.
 * - Reading a file and deriving its spec, with and without verification, in forward passes of its batch of 2.
 * - Merging two files of ResNet-18 from bytes to bytes.
 *
 *     npm run bench onnx [-- RUNS]
 */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { interpolate, type Params, permute, weightMatch } from 'perm-lmc';
import { onnxForward, onnxNetwork, onnxNetworks, onnxParams, writeOnnx } from 'perm-lmc/onnx';
import { machine } from './support/machine';
import type { ExportedNetwork } from './support/onnx/exportedNetwork';
import { resnet18 } from './support/onnx/resnet18';
import { sequenceClassifier } from './support/onnx/sequenceClassifier';
import { visionTransformer } from './support/onnx/visionTransformer';
import { markdownHead, markdownRow, quantile, spread } from './support/table';

const runs = Number(process.argv[2] ?? 7);
const folded = resnet18(224, true);
const networks = [resnet18(224, false), folded, visionTransformer, sequenceClassifier];

await tf.setBackend('wasm');
console.log(`${machine()}\n`);
await compareForward();
await timeDeriving();
await timeMerging(folded);

async function compareForward(): Promise<void> {
  console.log(markdownHead('network', 'batch', 'ms', 'this / by hand', 'difference'));
  for (const network of networks) {
    const bytes = network.bytes(1);
    const params = onnxParams(bytes);
    const forward = onnxForward(bytes);
    for (const batch of [1, 8]) {
      const x = tf.randomNormal([batch, ...network.inputShape], 0, 1, 'float32', 5);
      const ours = () => forward(params, x);
      const other = () => tf.tidy(() => network.byHand(params, x));
      const apart = difference(ours, other);
      const times = await interleaved([() => consumed(ours), () => consumed(other)]);
      const ratios = times[0].map((time, run) => time / times[1][run]);
      const cells = [(1000 * quantile(times[0], 0.5)).toFixed(0), spread(ratios)];
      console.log(markdownRow(network.name, `${batch}`, ...cells, apart.toExponential(0)));
      x.dispose();
    }
    tf.dispose(params);
  }
}

async function timeDeriving(): Promise<void> {
  console.log(
    `\n${markdownHead('network', 'a forward pass, s', 'derivation, passes', 'verified, passes')}`,
  );
  for (const network of networks) {
    const bytes = network.bytes(1);
    const params = onnxParams(bytes);
    const forward = onnxForward(bytes);
    const x = tf.randomNormal([2, ...network.inputShape]);
    const derive = async (verify: boolean) => {
      const derived = await onnxNetwork(bytes, { verify });
      tf.dispose(derived.params);
    };
    const [pass, plain, verified] = await interleaved([
      () => consumed(() => forward(params, x)),
      () => derive(false),
      () => derive(true),
    ]);
    const passes = (times: number[]) => spread(times.map((time, run) => time / pass[run]));
    const cells = [quantile(pass, 0.5).toFixed(2), passes(plain), passes(verified)];
    console.log(markdownRow(network.name, ...cells));
    tf.dispose([params, x]);
  }
}

async function timeMerging(network: ExportedNetwork): Promise<void> {
  const files = [network.bytes(1), network.bytes(2)];
  console.log(`\n${markdownHead('merging two files of ResNet-18', 'seconds')}`);
  const start = performance.now();
  let before = start;
  const lap = (what: string) => {
    const now = performance.now();
    console.log(markdownRow(what, ((now - before) / 1000).toFixed(1)));
    before = now;
  };
  const { params, spec } = await onnxNetworks(files);
  lap('reading, deriving and verifying');
  const { permutations } = await weightMatch(spec, params[0], params[1]);
  lap('matching');
  const aligned = permute(spec, params[1], permutations);
  const merged = interpolate(params[0], aligned, 0.5);
  lap('permuting and interpolating');
  await writeOnnx(files[0], merged as Params);
  lap('writing');
  before = start;
  lap('all');
  tf.dispose([...params, aligned, merged]);
}

/** The seconds of each work in each run, one after the other, after one run to warm up. */
async function interleaved(works: readonly (() => Promise<void>)[]): Promise<number[][]> {
  const times: number[][] = works.map(() => []);
  for (let run = 0; run <= runs; run++) {
    for (const [k, work] of works.entries()) {
      const start = performance.now();
      await work();
      if (run > 0) times[k].push((performance.now() - start) / 1000);
    }
  }
  return times;
}

async function consumed(compute: () => tf.Tensor): Promise<void> {
  const y = compute();
  await y.data();
  y.dispose();
}

/** The greatest difference of two outputs, relative to the greatest output. */
function difference(ours: () => tf.Tensor, other: () => tf.Tensor): number {
  return tf.tidy(() => {
    const [a, b] = [ours(), other()];
    return tf.div(tf.max(tf.abs(tf.sub(a, b))), tf.max(tf.abs(b))).dataSync()[0];
  });
}
