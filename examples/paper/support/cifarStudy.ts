import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import type { ConnectivityProgress } from 'perm-lmc';
import { openCells } from './cells';
import { type Outcome, writeOutcome } from './outcome';

/** A study on CIFAR-10 as it runs. */
export interface CifarStudy<Setting extends string = never> {
  /** The settings of the study, as given or by default. */
  readonly settings: Readonly<Record<Setting, string>>;
  /** True for a small form of the study, on the images of the repository alone. */
  readonly quick: boolean;
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
 * @param defaults - The study's own settings, `--NAME VALUE`, with their defaults.
 */
export async function openCifarStudy<Setting extends string = never>(
  name: string,
  defaults = {} as Readonly<Record<Setting, string>>,
): Promise<CifarStudy<Setting>> {
  const { quick, out, settings } = argumentsOf(defaults);
  const title = ['cifar', name, ...(quick ? ['quick'] : [])].join('-');
  const folder = out ?? join('out', 'paper', title);
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
    settings,
    quick,
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

function argumentsOf<Setting extends string>(defaults: Readonly<Record<Setting, string>>) {
  const names = Object.keys(defaults).map((name) => [name, { type: 'string' as const }]);
  const { values } = parseArgs({
    options: {
      ...(Object.fromEntries(names) as Record<string, { type: 'string' }>),
      quick: { type: 'boolean', default: false },
      out: { type: 'string' },
    },
  });
  const { quick, out, ...given } = values;
  return { quick, out, settings: { ...defaults, ...given } as Record<Setting, string> };
}
