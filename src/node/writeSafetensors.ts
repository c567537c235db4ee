import { assertOptions } from '../checks';
import { named } from '../errors';
import { layoutOf, tensorBytes } from '../io/internal';
import type { Params } from '../params';
import { createYieldPoint, type LongWorkOptions } from '../runtime';
import { writeBytes } from './writeBytes';
import { writeWhole } from './writeWhole';

/** Options of {@link writeSafetensors}. */
export interface WriteSafetensorsOptions extends Pick<LongWorkOptions<never>, 'signal'> {
  /** Text to store with the tensors. Default: none. */
  metadata?: Record<string, string>;
  /** True to replace a file that is already at the path. Default: false. */
  overwrite?: boolean;
}

/**
 * Writes tensors to a safetensors file, with the same bytes as `serializeSafetensors`.
 *
 * The tensors are written one after another to a temporary file in the same folder, which is renamed at
 * the end. The path never has an incomplete file, and a failure leaves no file behind. A file that is replaced passes on
 * its permissions.
 *
 * @param path - The path of the file. Its folder must exist.
 * @param params - The tensors by name. They are not disposed.
 * @param options - All have defaults.
 * @throws InvalidInputError if there is a file at the path and `overwrite` is not set, or if
 * `serializeSafetensors` would refuse `params` or `metadata`. AbortError on abort.
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
    assertOptions(options, { metadata: true, overwrite: 'boolean', signal: true });
    const { metadata = {}, overwrite = false, signal } = options;
    const layout = layoutOf(params, metadata);
    const yieldPoint = createYieldPoint(signal);
    await yieldPoint();
    await writeWhole({ path, overwrite }, async (handle) => {
      await writeBytes(handle, layout.header, yieldPoint);
      for (const { tensor } of layout.tensors) {
        await writeBytes(handle, await tensorBytes(tensor), yieldPoint);
      }
    });
  });
}
