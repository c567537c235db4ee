/**
 * Networks of different width. The first table counts the planted networks that `partialMatch` finds: 24 of the 64 units
 * of each hidden layer of a trained MLP, drawn at random. The second has the test errors of networks merged from MLPs
 * 784-32-32-10 and 784-64-64-10 by their size, the kernel and α. The networks are those of the study by width
 * (`npm run paper width`), trained if they are missing.
 *
 *     npm run bench widths
 */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import {
  classificationEvaluator,
  interpolate,
  type PairKernel,
  type Params,
  partialMatch,
  permutationSpec,
  unite,
} from 'perm-lmc';
import { readParams } from '../test/support/fixtures';
import { isRecovered, roledMlpSpec, subnetwork } from '../test/support/subnetwork';
import { machine } from './support/machine';
import { markdownHead, markdownRow } from './support/table';
import { widthPair } from './support/widthPair';

const kernels: readonly PairKernel[] = ['distance', 'cosine', 'linear'];
const sizes = ['max', 0.25, 0.5, 0.75, 'sum'] as const;
const alphas = [0.25, 0.5, 0.75];
const draws = 20;
/** The spec of the study's MLPs, with roles. */
const mlp = permutationSpec({
  ...{ 'dense1/kernel': '_ h1>', 'dense1/bias': 'h1>', 'dense2/kernel': '>h1 h2>' },
  ...{ 'dense2/bias': 'h2>', 'dense3/kernel': '>h2 _', 'dense3/bias': '_' },
});

await tf.setBackend('wasm');
console.log(machine());
await printPlanted();
await printMerged();

/** Prints how many planted networks each kernel finds. */
async function printPlanted(): Promise<void> {
  const whole = readParams('mlp64_A');
  console.log(`\nPlanted networks found, of ${draws}\n`);
  console.log(markdownHead('kernel', 'found'));
  for (const kernel of kernels) {
    let found = 0;
    for (let seed = 0; seed < draws; seed++) {
      const { params, planted } = subnetwork(whole, 24, seed);
      const { pairs } = await partialMatch(roledMlpSpec, whole, params, { kernel });
      if (isRecovered(pairs, planted)) found++;
      tf.dispose(params);
    }
    console.log(markdownRow(kernel, String(found)));
  }
  tf.dispose(whole);
}

/** Prints the mean test errors of merged networks over the four pairs of seeds. */
async function printMerged(): Promise<void> {
  const [narrow, wide] = [await widthPair(32).load(), await widthPair(64).load()];
  const { forward, data } = widthPair(32);
  const test = data(10_000);
  const evaluate = classificationEvaluator(forward, test, { batchSize: 2000 });
  const errorOf = async (params: Params) => (await evaluate(params)).error;
  console.log('\nTest errors in per cent, mean of four pairs\n');
  console.log(
    `32: ${percent(await meanOf(narrow, errorOf))}, 64: ${percent(await meanOf(wide, errorOf))}\n`,
  );
  console.log(markdownHead('size', 'units', 'kernel', ...alphas.map((alpha) => `α = ${alpha}`)));
  const pairs = narrow.flatMap((a) => wide.map((b) => [a, b] as const));
  for (const size of sizes) {
    for (const kernel of kernels) {
      let units = 0;
      const errors = alphas.map(() => 0);
      for (const [a, b] of pairs) {
        const match = await partialMatch(mlp, a, b, { size, kernel });
        const united = await unite(mlp, a, b, match.pairs);
        units = match.sizes.h1;
        for (const [i, alpha] of alphas.entries()) {
          const merged = interpolate(united.a, united.b, alpha);
          errors[i] += (await errorOf(merged)) / pairs.length;
          tf.dispose(merged);
        }
        tf.dispose([united.a, united.b]);
      }
      console.log(markdownRow(String(size), String(units), kernel, ...errors.map(percent)));
    }
  }
  tf.dispose([...narrow, ...wide, test.x, test.y]);
}

async function meanOf(
  networks: readonly Params[],
  measure: (params: Params) => Promise<number>,
): Promise<number> {
  let sum = 0;
  for (const params of networks) sum += await measure(params);
  return sum / networks.length;
}

function percent(share: number): string {
  return (100 * share).toFixed(2);
}
