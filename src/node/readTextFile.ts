import { decodeUtf8 } from './decodeUtf8';
import { openFile } from './openFile';
import { wholeBytes } from './wholeBytes';

/**
 * The text of a whole file.
 *
 * @param most - The most bytes that it may have.
 */
export async function readTextFile(path: string, most: number): Promise<string> {
  const file = await openFile(path);
  try {
    const bytes = await wholeBytes(file, {
      most,
      why: `more than ${most}`,
      remedy: 'Pass the path of a smaller file',
    });
    await file.assertUnchanged();
    return decodeUtf8(bytes, 'this', 'Save it in UTF-8');
  } finally {
    await file.close();
  }
}
