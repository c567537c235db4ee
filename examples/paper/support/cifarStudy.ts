import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { openStudyFolder, type StudyFolder } from './studyFolder';

/** A study on CIFAR-10 as it runs. */
export interface CifarStudy<Setting extends string = never> extends StudyFolder {
  /** The settings of the study, as given or by default. */
  readonly settings: Readonly<Record<Setting, string>>;
  /** True for a small form of the study, on the images of the repository alone. */
  readonly quick: boolean;
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
  await tf.setBackend('wasm');
  const shown = `${name} on CIFAR-10${quick ? ', in quick mode' : ''}`;
  return { settings, quick, ...openStudyFolder(folder, shown) };
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
