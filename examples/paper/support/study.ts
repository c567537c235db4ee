import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { type LabelledImages, loadFashion, loadMnist } from '../../support/mnist';
import { openStudyFolder, type StudyFolder } from './studyFolder';

/** A study as it runs: its data, and the folder of its finished parts. */
export interface Study extends StudyFolder {
  /** True for a small form of the study: fewer images, steps and widths. */
  readonly quick: boolean;
  /** The images: `mnist` or `fashion`. */
  readonly data: string;
  readonly train: LabelledImages;
  readonly test: LabelledImages;
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
  await tf.setBackend('wasm');
  const counts = quick ? { train: 6000, test: 1000 } : {};
  const opened = openStudyFolder(folder, `${name} on ${data}${quick ? ', in quick mode' : ''}`);
  const images = data === 'mnist' ? loadMnist(counts) : loadFashion(counts);
  return { quick, data, ...images, ...opened };
}
