import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import type { ConnectivityProgress } from 'perm-lmc';
import { type LabelledImages, loadFashion, loadMnist } from '../../support/mnist';
import { openCells } from './cells';

/** A study as it runs: its data, and the folder that keeps what is finished. */
export interface Study {
  /** Whether to do the same with less: fewer images, steps and widths. */
  readonly quick: boolean;
  /** Which images: `mnist` or `fashion`. */
  readonly data: string;
  readonly train: LabelledImages;
  readonly test: LabelledImages;
  /** The cells of a part of the study; those that an earlier run finished are there already. */
  readonly cells: ReturnType<typeof openCells>;
  /** Where a file of this name lies. */
  readonly path: (name: string) => string;
  /** Tells what is being done. */
  readonly say: (what: string) => void;
  /** Tells of each cell of a report that is finished; for `onProgress`. */
  readonly follow: (report: string) => (progress: ConnectivityProgress) => void;
  /** Writes the report, its tables and its figures, each whole or not at all. */
  readonly finish: (outcome: Outcome) => void;
}

/** What a study ends with. */
interface Outcome {
  /** Plain data, for `report.json`. */
  readonly report: unknown;
  /** Markdown, for `tables.md`; printed, too. */
  readonly tables: string;
  /** SVG by name. */
  readonly figures: Readonly<Record<string, string>>;
}

/**
 * Opens a study of this name: reads its arguments, loads the images and makes its folder. What is in the
 * folder already is not computed again, so that a study which was interrupted goes on where it was; delete
 * the folder to begin anew.
 *
 *     --quick         a small form of the study, of a minute or two
 *     --data fashion  Fashion-MNIST instead of MNIST
 *     --out FOLDER    where to keep what is finished; default out/paper/NAME
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
    finish({ report, tables, figures }) {
      const write = (file: string, text: string) => {
        writeFileSync(path(`${file}.part`), text);
        renameSync(path(`${file}.part`), path(file));
      };
      for (const [figure, svg] of Object.entries(figures)) write(`${figure}.svg`, svg);
      write('tables.md', tables);
      write('report.json', `${JSON.stringify(report)}\n`);
      console.log(`\n${tables}\n`);
      say(`wrote report.json, tables.md and ${Object.keys(figures).length} figures to ${folder}`);
    },
  };
}
