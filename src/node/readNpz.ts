import { dispose } from '@tensorflow/tfjs-core';
import { assertOptions } from '../checks';
import { named } from '../errors';
import { decodeTensor } from '../io/internal';
import type { Params } from '../params';
import { createYieldPoint, type LongWorkOptions } from '../runtime';
import { aboutFile } from './aboutFile';
import { openNpz } from './openNpz';

/** Options of {@link readNpz}. */
export type ReadNpzOptions = Pick<LongWorkOptions<never>, 'signal'>;

/**
 * Reads the arrays of an .npz file of NumPy, such as the samples `x` and the labels `y` of a test set.
 *
 * Float arrays become float32, integers int32, and booleans bool. Both byte orders and both orders of axes are
 * read, and files of `numpy.savez` and of `numpy.savez_compressed`.
 *
 * @param path - The file.
 * @param options - All have defaults.
 * @returns The tensors by the names of the arrays; the caller disposes them.
 * @throws InvalidInputError if the file is damaged or written by another program meanwhile, an array holds no numbers,
 * or a value does not fit in float32 or int32. AbortError on abort.
 *
 * @example
 * ```ts given=data
 * import { readNpz } from 'perm-lmc/node';
 *
 * const { x, y } = await readNpz('test.npz');
 * ```
 */
export async function readNpz(path: string, options: ReadNpzOptions = {}): Promise<Params> {
  return named('readNpz', async () => {
    assertOptions(options, { signal: true });
    const yieldPoint = createYieldPoint(options.signal);
    await yieldPoint();
    const { arrays, assertUnchanged, close } = await openNpz(path);
    const params: Params = {};
    try {
      for (const array of arrays) {
        await yieldPoint();
        params[array.name] = await aboutFile(path, async () =>
          decodeTensor(array, (await array.read(yieldPoint)).buffer),
        );
      }
      await assertUnchanged();
      return params;
    } catch (error) {
      dispose(params);
      throw error;
    } finally {
      await close();
    }
  });
}
