import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import type { ConnectivityProgress } from 'perm-lmc';
import { type LabelledImages, loadFashion, loadMnist } from '../../support/mnist';
import { openCells } from './cells';
import { type Outcome, writeOutcome } from './outcome';

/** A study as it runs: its data, and the folder of its finished parts. */
export interface Study {
  /** True for a small form of the study: fewer images, steps and widths. */
  readonly quick: boolean;
  /** The images: `mnist` or `fashion`. */
  readonly data: string;
  readonly train: LabelledImages;
  readonly test: LabelledImages;
  /** The cells of a part of the study, including those of earlier runs. */
  readonly cells: ReturnType<typeof openCells>;
  /** The path of a file of this name. */
  readonly path: (name: string) => string;
  /** Prints the current task. */
  readonly say: (what: string) => void;
  /** Prints each finished cell of a report; for `onProgress`. */
  readonly follow: (report: string) => (progress: ConnectivityProgress) => void;
  /** Writes the report, its tables and its figures, each completely or not at all. */
  readonly finish: (outcome: Outcome) => void;
}

/**
 * Opens a study of this name: reads its arguments, loads the images and makes its folder. Results that are
 * in the folder are not computed again, so an interrupted study continues where it stopped. Delete the
 * folder to start over.
 *
 *     --quick         a small form of the study, of a minute or two
 *     --data fashion  Fashion-MNIST instead of MNIST
 *     --out FOLDER    the folder for results; default out/paper/NAME
 */
export async function openStudy(name: string): Promise<Study> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      data: { type: 'string', default: 'mnist' },
      out: { type: 'string' },
    },
  });
  const { quick, data } = values;
  if (data !== 'mnist' && data !== 'fashion') {
    throw new Error(`--data must be mnist or fashion, received '${data}'`);
  }
  const folder =
    values.out ?? join('out', 'paper', [name, data, ...(quick ? ['quick'] : [])].join('-'));
  mkdirSync(folder, { recursive: true });
  await tf.setBackend('wasm');
  const counts = quick ? { train: 6000, test: 1000 } : {};
  const path = (file: string) => join(folder, file);
  const start = performance.now();
  const say = (what: string) => {
    const seconds = ((performance.now() - start) / 1000).toFixed(0);
    console.log(`${seconds.padStart(5)} s  ${what}`);
  };
  say(`${name} on ${data}${quick ? ', in quick mode' : ''}; results go to ${folder}`);
  return {
    quick,
    data,
    ...(data === 'mnist' ? loadMnist(counts) : loadFashion(counts)),
    cells: openCells(path('cells.jsonl')),
    path,
    say,
    follow:
      (report) =>
      ({ done, total, key, points }) => {
        if (points === null) say(`${report}: ${decodeURIComponent(key)} (${done} of ${total})`);
      },
    finish: (outcome) => writeOutcome(folder, outcome, say),
  };
}
