import { invalid } from '../errors';
import { type ByteSource, readDirectory, type ZipRecord } from '../io/internal';
import { placeOf } from './zipFileBytes';

/** A file of Keras on disk: the place of its weights, and the archive around them. */
export interface KerasFile {
  readonly path: string;
  readonly source: ByteSource;
  /** The place of the HDF5 file. */
  readonly begin: number;
  readonly size: number;
  /** The files of the archive; null if the file is HDF5 itself. */
  readonly records: readonly ZipRecord[] | null;
}

/** The name of the weights in an archive of Keras. */
export const WEIGHTS = 'model.weights.h5';

/** Finds the weights in a file of Keras. It does not read them. */
export async function locateKeras(path: string, source: ByteSource): Promise<KerasFile> {
  const { size } = source;
  const start = await source.read(0, Math.min(4, size));
  if (String.fromCharCode(...start) !== 'PK\x03\x04') {
    return { path, source, begin: 0, size, records: null };
  }
  const records = await readDirectory(source);
  const weights = records.find(({ name }) => name === WEIGHTS);
  if (!weights || weights.isDeflated) {
    throw invalid(
      weights ? `its '${WEIGHTS}' is compressed` : `the archive holds no '${WEIGHTS}'`,
      weights ? `Unpack it, and pass '${WEIGHTS}'` : 'Pass a file that Keras saved',
      { received: path },
    );
  }
  const { begin, end } = await placeOf(source, weights);
  return { path, source, begin, size: end - begin, records };
}
