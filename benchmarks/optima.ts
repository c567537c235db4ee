/**
 * Compares how good the matches of several methods are, in one run. The first table counts the
 * planted permutations that each method recovers: B is A in another order, with or without noise of 0.3 of each
 * parameter's standard deviation. The others give, for pairs of trained networks, the objective S under the linear
 * kernel, how far it is below the best of the table, and the barriers on test images at 11 points. All tables
 * take about an hour; the first run trains two MLPs.
 *
 *     npm run bench optima [-- residual 'ResNet-20' …]
 *
 * With --quick it takes a few networks, images and points, for a test of this benchmark.
 */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { barrier, classificationEvaluator, permute } from 'perm-lmc';
import {
  caseName,
  countRecovered,
  type PlantedCase,
  plantedCases,
} from '../test/support/plantedNetworks';
import { linearObjective } from './support/linearObjective';
import { machine } from './support/machine';
import { type MatchMethod, type MatchPair, matchMethods, unmatched } from './support/matchMethods';
import { markdownHead, markdownRow } from './support/table';
import { type TrainedPair, trainedPairs } from './support/trainedPairs';

const quick = process.argv.includes('--quick');
const only = process.argv.slice(2).filter((name) => !name.startsWith('--'));
const isChosen = (name: string) => only.length === 0 || only.includes(name);
const full = {
  ...{ runs: 50, samples: 128, images: 500, points: 11 },
  ...{ cases: plantedCases, pairs: trainedPairs },
};
const little = {
  ...{ runs: 2, samples: 16, images: 20, points: 3 },
  ...{ cases: plantedCases.slice(0, 2), pairs: trainedPairs.slice(0, 1) },
};
const { runs, samples, images, points, cases, pairs } = quick ? little : full;

await tf.setBackend('wasm');
console.log(machine());
await printPlanted(cases.filter((each) => isChosen(caseName(each))));
for (const pair of pairs.filter(({ name }) => isChosen(name))) await printTrained(pair);

/** Prints how many planted permutations each method recovers, with the time of a match. */
async function printPlanted(chosen: readonly PlantedCase[]): Promise<void> {
  if (chosen.length === 0) return;
  console.log(`\nPlanted permutations recovered, of ${runs} (milliseconds of a match)\n`);
  console.log(markdownHead('network', ...matchMethods.map(({ name }) => name)));
  for (const planted of chosen) {
    const { spec, forward, inputShape } = planted.family;
    const inputs = tf.randomNormal([samples, ...inputShape], 0, 1, 'float32', 1);
    const cells: string[] = [];
    for (const { match } of matchMethods) {
      let milliseconds = 0;
      const recovered = await countRecovered(planted, runs, async ({ a, b }, seed) => {
        const start = performance.now();
        const permutations = await match({ spec, a, b, forward, inputs }, seed);
        milliseconds += performance.now() - start;
        return permutations;
      });
      cells.push(`${recovered} (${(milliseconds / runs).toFixed(0)})`);
    }
    console.log(markdownRow(caseName(planted), ...cells));
    inputs.dispose();
  }
}

/** The result of a method on a pair of trained networks. */
interface Optimum {
  readonly name: string;
  readonly seconds: number;
  readonly objective: number;
  readonly loss: number;
  readonly error: number;
}

/** Prints what each method makes of a pair of trained networks. */
async function printTrained({ name, spec, forward, load, data }: TrainedPair): Promise<void> {
  const [a, b] = await load();
  const { x, y } = data(images);
  const pair = { spec, a, b, forward, inputs: x };
  const optima: Optimum[] = [];
  for (const method of [unmatched, ...matchMethods]) {
    optima.push(await measure(method, pair, y));
  }
  tf.dispose([a, b, x, y]);
  console.log(`\n${name}, ${images} test images, ${points} points\n`);
  console.log(markdownHead('method', 'S', 'below best', 'loss barrier', 'error barrier', 's'));
  const best = Math.max(...optima.map(({ objective }) => objective));
  for (const { name, seconds, objective, loss, error } of optima) {
    const below = `${((100 * (best - objective)) / best).toFixed(2)} %`;
    const barriers = [loss, error].map((each) => each.toFixed(3));
    console.log(markdownRow(name, objective.toFixed(2), below, ...barriers, seconds.toFixed(2)));
  }
}

/** Matches a pair, and measures S and the barriers. */
async function measure(
  { name, match }: MatchMethod,
  pair: MatchPair,
  y: tf.Tensor1D,
): Promise<Optimum> {
  const { spec, a, b, forward, inputs } = pair;
  const start = performance.now();
  const permutations = await match(pair, 0);
  const seconds = (performance.now() - start) / 1000;
  const aligned = permute(spec, b, permutations);
  const evaluate = classificationEvaluator(forward, { x: inputs, y });
  const { loss, error } = await barrier(a, aligned, evaluate, { points });
  tf.dispose(aligned);
  const objective = await linearObjective(spec, a, b, permutations);
  return { name, seconds, objective, loss: loss.max, error: error.max };
}
