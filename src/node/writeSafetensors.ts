import { assertOptions } from '../checks';
import { named } from '../errors';
import { layoutOf, tensorBytes } from '../io/internal';
import type { Params } from '../params';
import { createYieldPoint, type LongWorkOptions } from '../runtime';
import { writeBytes, writeWhole } from './writeWhole';

/** Options of {@link writeSafetensors}. */
export interface WriteSafetensorsOptions extends Pick<LongWorkOptions<never>, 'signal'> {
  /** Text to keep with the tensors. Default: none. */
  metadata?: Record<string, string>;
  /** Whether a file that is already at the path is replaced. Default: false. */
  overwrite?: boolean;
}

/**
 * Writes `params` to a safetensors file: the bytes that `serializeSafetensors` would give.
 *
 * It writes a temporary file in the same folder, one tensor after another, and renames it at the
 * end: the path never holds half of the data, and a failure leaves nothing behind.
 *
 * @param path Where the file goes. Its folder exists.
 * @param params The tensors by name. None is disposed.
 * @param options All have defaults.
 * @throws {InvalidInputError} Something is at the path and `overwrite` is not true, or
 * `serializeSafetensors` would refuse `params` or `metadata`.
 *
 * @example
 * ```ts
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { tensor1d } from '@tensorflow/tfjs-core';
 * import { writeSafetensors } from 'perm-lmc/node';
 *
 * const path = join(tmpdir(), 'write-example.safetensors');
 * const params = { 'fc1.bias': tensor1d([1, 2]) };
 * await writeSafetensors(path, params, { metadata: { epochs: '20' }, overwrite: true });
 * ```
 */
export async function writeSafetensors(
  path: string,
  params: Params,
  options: WriteSafetensorsOptions = {},
): Promise<void> {
  return named('writeSafetensors', async () => {
    assertOptions(options, { metadata: true, overwrite: true, signal: true });
    const { metadata = {}, overwrite = false, signal } = options;
    const layout = layoutOf(params, metadata);
    const yieldPoint = createYieldPoint(signal);
    await yieldPoint();
    await writeWhole(path, overwrite, async (handle) => {
      await writeBytes(handle, layout.header, yieldPoint);
      for (const { tensor } of layout.tensors) {
        await writeBytes(handle, await tensorBytes(tensor), yieldPoint);
      }
    });
  });
}
