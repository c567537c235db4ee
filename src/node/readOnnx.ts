import { assertOptions } from '../checks';
import { named } from '../errors';
import type { OnnxFiles } from '../onnx';
import { createYieldPoint, type LongWorkOptions } from '../runtime';
import { aboutFile } from './aboutFile';
import { readModelBytes } from './readModelBytes';

/** Options of {@link readOnnx}. */
export type ReadOnnxOptions = Pick<LongWorkOptions<never>, 'signal'>;

/**
 * Reads an ONNX file, and the files beside it that hold its external data.
 *
 * @param path - The path of the file. External data is read from its folder and folders inside, never from
 * elsewhere.
 * @param options - All have defaults.
 * @returns The bytes, for the functions of `perm-lmc/onnx`: `onnxNetwork(bytes, { externalData })`.
 * @throws InvalidInputError if the file is no ONNX model or larger than 2 GiB, if another program writes it meanwhile,
 * or if its external data is missing, or outside of the folder, also by a link. AbortError on abort.
 *
 * @example
 * ```ts given=checkpoints
 * import { onnxNetwork } from 'perm-lmc/onnx';
 * import { readOnnx } from 'perm-lmc/node';
 *
 * const { bytes, externalData } = await readOnnx('a.onnx');
 * const { params, spec } = await onnxNetwork(bytes, { externalData });
 * ```
 */
export async function readOnnx(path: string, options: ReadOnnxOptions = {}): Promise<OnnxFiles> {
  return named('readOnnx', async () => {
    assertOptions(options, { signal: true });
    const yieldPoint = createYieldPoint(options.signal);
    await yieldPoint();
    return aboutFile(path, () => readModelBytes(path, yieldPoint));
  });
}
