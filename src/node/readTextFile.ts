import { invalid } from '../errors';
import { readFileBytes } from './readFileBytes';

/**
 * The text of a whole file.
 *
 * @param most - The most bytes that it may have.
 */
export async function readTextFile(path: string, most: number): Promise<string> {
  const bytes = await readFileBytes(path, {
    most,
    why: `more than ${most}`,
    remedy: 'Pass the path of a smaller file',
  });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw invalid('this is not UTF-8 text', 'Save it in UTF-8', { received: path, cause });
  }
}
