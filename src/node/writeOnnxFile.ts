import { assertOptions } from '../checks';
import { named } from '../errors';
import type { OnnxFiles } from '../onnx';
import { createYieldPoint, type LongWorkOptions } from '../runtime';
import { aboutFile } from './aboutFile';
import { writeBeside } from './writeBeside';

/** Options of {@link writeOnnxFile}. */
export interface WriteOnnxFileOptions extends Pick<LongWorkOptions<never>, 'signal'> {
  /** True to replace files that are already there, external data included. Default: false. */
  overwrite?: boolean;
}

/**
 * Writes an ONNX file, with its external data beside it.
 *
 * All files are written to temporary files, which are renamed at the end, the model last. No path has an
 * incomplete file, and a failure leaves no file behind.
 *
 * @param path - The path of the file. Its folder must exist; folders of external data inside it are created.
 * @param model - The bytes, as from `writeOnnx`.
 * @param options - All have defaults.
 * @throws InvalidInputError if there is a file at one of the paths and `overwrite` is not set, or if external data
 * would be outside of the folder, also by a link. AbortError on abort.
 *
 * @example
 * ```ts given=checkpoints
 * import { readOnnx, writeOnnxFile } from 'perm-lmc/node';
 *
 * await writeOnnxFile('copy.onnx', await readOnnx('a.onnx'));
 * ```
 */
export async function writeOnnxFile(
  path: string,
  model: OnnxFiles,
  options: WriteOnnxFileOptions = {},
): Promise<void> {
  return named('writeOnnxFile', async () => {
    assertOptions(options, { overwrite: 'boolean', signal: true });
    const { overwrite = false, signal } = options;
    const yieldPoint = createYieldPoint(signal);
    await yieldPoint();
    await aboutFile(path, () => writeBeside(model, { path, overwrite, yieldPoint }));
  });
}
