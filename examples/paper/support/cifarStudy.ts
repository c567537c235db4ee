import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import type { ConnectivityProgress } from 'perm-lmc';
import { openCells } from './cells';
import { type Outcome, writeOutcome } from './outcome';

/** A study on CIFAR-10 as it runs. */
export interface CifarStudy {
  /** True for a small form of the study, on the images of the repository alone. */
  readonly quick: boolean;
  /** The values of the study's own options that were given. */
  readonly given: Readonly<Record<string, string | undefined>>;
  /** The cells of a part of the study, including those of earlier runs. */
  readonly cells: ReturnType<typeof openCells>;
  /** The path of a file of this name in the folder of results. */
  readonly path: (name: string) => string;
  /** Prints the current task. */
  readonly say: (what: string) => void;
  /** Prints each finished cell of a report; for `onProgress`. */
  readonly follow: (report: string) => (progress: ConnectivityProgress) => void;
  /** Writes the report, its tables and its figures, each completely or not at all. */
  readonly finish: (outcome: Outcome) => void;
}

/**
 * Opens a study of this name: reads its arguments and makes its folder. Results that are in the folder are not
 * computed again, so an interrupted study continues where it stopped. Delete the folder to start over.
 *
 *     --quick         a small form of the study, of less than a minute
 *     --out FOLDER    the folder for results; default out/paper/cifar-NAME
 *
 * A study may take further options, each with a value.
 */
export async function openCifarStudy(
  name: string,
  further: readonly string[] = [],
): Promise<CifarStudy> {
  const own = Object.fromEntries(further.map((option) => [option, { type: 'string' } as const]));
  const { values } = parseArgs({
    options: { ...own, quick: { type: 'boolean', default: false }, out: { type: 'string' } },
  });
  const quick = values.quick === true;
  const given = Object.fromEntries(further.map((option) => [option, values[option] as string]));
  const title = ['cifar', name, ...(quick ? ['quick'] : [])].join('-');
  const folder = (values.out as string | undefined) ?? join('out', 'paper', title);
  mkdirSync(folder, { recursive: true });
  await tf.setBackend('wasm');
  const path = (file: string) => join(folder, file);
  const start = performance.now();
  const say = (what: string) => {
    const seconds = ((performance.now() - start) / 1000).toFixed(0);
    console.log(`${seconds.padStart(5)} s  ${what}`);
  };
  say(`${name} on CIFAR-10${quick ? ', in quick mode' : ''}; results go to ${folder}`);
  return {
    quick,
    given,
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
