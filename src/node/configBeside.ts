import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ModelConfig } from '../architectures';
import { isRecord } from '../checks';
import { invalid } from '../errors';
import { parseStrictJson } from '../io/internal';
import { aboutFile } from './aboutFile';
import { readTextFile } from './readTextFile';

/** The most bytes of a configuration. */
const MOST_BYTES = 2 ** 24;

/** The `config.json` in a checkpoint's folder, as Hugging Face's transformers write it; null if there is none. */
export async function configBeside(path: string): Promise<ModelConfig | null> {
  const file = join(dirname(path), 'config.json');
  const text = await textOf(file);
  return text === null ? null : aboutFile(file, () => parsed(text));
}

/** The text of a file; null if there is none, or no file of that size. */
async function textOf(file: string): Promise<string | null> {
  try {
    const there = await stat(file);
    if (!there.isFile() || there.size > MOST_BYTES) return null;
    return await aboutFile(file, () => readTextFile(file, MOST_BYTES));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function parsed(text: string): ModelConfig | null {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw invalid('the configuration is not JSON', DOWNLOAD_AGAIN, { cause });
  }
  if (!isRecord(document) || typeof document.model_type !== 'string') return null;
  return parseStrictJson(text, 'the configuration', DOWNLOAD_AGAIN);
}

const DOWNLOAD_AGAIN = 'Download the file again';
