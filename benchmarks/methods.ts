/**
 * Compares all matchers of the library on the same pairs of trained networks: the objective S under the linear kernel,
 * the loss and error barriers on test images, seconds of the processor, and the training images that a matcher takes.
 * Statistics of batch normalisation are recomputed at each point of a barrier. Results are kept in
 * `out/bench/methods.jsonl`, so that an interrupted run goes on where it stopped; delete the file to start over. The
 * first run trains MLPs, and fetches CIFAR-10 and Fashion-MNIST.
 *
 *     npm run bench methods [-- PAIR …]
 *
 * With --quick it takes one pair, fewer images and points, and keeps nothing.
 */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { mkdirSync } from 'node:fs';
import { keptValue, openCells } from '../examples/paper/support/cells';
import { machine } from './support/machine';
import { type CellSizes, type MatcherCell, matcherCell } from './support/matcherCell';
import { type MatcherEffort, type MatcherRow, matchers } from './support/matchers';
import { markdownHead, markdownRow } from './support/table';
import { type TrainedPair, trainedPairs } from './support/trainedPairs';
import { widthPair } from './support/widthPair';

const quick = process.argv.includes('--quick');
const only = process.argv.slice(2).filter((name) => !name.startsWith('--'));
const named = (name: string) => trainedPairs.find((pair) => pair.name === name)!;
interface Sizes extends CellSizes, Pick<MatcherEffort, 'learning'> {}
const small: Sizes = {
  ...{ train: 10_000, test: 10_000, points: 25 },
  learning: { steps: 400, batchSize: 250, validationSize: 2000 },
};
const convolutional: Sizes = {
  ...{ train: 4000, test: 1000, points: 11 },
  learning: { steps: 200, batchSize: 100, validationSize: 500 },
};
const full: readonly [TrainedPair, Sizes][] = [
  [widthPair(32), small],
  [widthPair(64), small],
  [named('MLP 2×64'), small],
  [named('ConvBN'), convolutional],
  [named('ResNet-8'), convolutional],
  [named('VGG-16 ×1/8'), convolutional],
  [named('ResNet-20'), convolutional],
];
const little: readonly [TrainedPair, Sizes][] = [
  [
    named('MLP 2×64'),
    {
      ...{ train: 200, test: 200, points: 3 },
      learning: { steps: 4, batchSize: 100, validationSize: 200 },
    },
  ],
];

await tf.setBackend('wasm');
console.log(machine());
mkdirSync('out/bench', { recursive: true });
const cells = openCells('out/bench/methods.jsonl');
for (const [pair, sizes] of quick ? little : full) {
  if (only.length === 0 || only.includes(pair.name)) await printPair(pair, sizes);
}

/** Prints the table of a pair. */
async function printPair(pair: TrainedPair, sizes: Sizes): Promise<void> {
  const { train, test, points, learning } = sizes;
  const { steps, batchSize } = learning;
  console.log(
    `\n${pair.name}: ${test} test images, ${points} points; ${steps} steps of ${batchSize}\n`,
  );
  console.log(markdownHead('matcher', 'S', 'loss barrier', 'error barrier', 's', 'data'));
  for (const matcher of matchers({ rounds: quick ? 25 : 1000, learning })) {
    const { objective, loss, error, seconds } = await cellOf(pair, matcher, sizes);
    const barriers = [loss.toFixed(3), `${(100 * error).toFixed(1)} %`];
    const data = { none: '–', images: `${train} images`, labels: `${train} with labels` };
    console.log(
      markdownRow(
        matcher.name,
        objective.toFixed(1),
        ...barriers,
        seconds.toFixed(1),
        data[matcher.data],
      ),
    );
  }
}

/** The result of a matcher, from an earlier run if there is one. */
function cellOf(pair: TrainedPair, matcher: MatcherRow, sizes: CellSizes): Promise<MatcherCell> {
  const measure = () => matcherCell(pair, matcher, sizes);
  if (quick) return measure();
  const { train, test, points } = sizes;
  const part = cells<MatcherCell>(`${pair.name}, ${train}, ${test}, ${points}`);
  return keptValue(part, matcher.name, measure);
}
