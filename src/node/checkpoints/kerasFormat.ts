import { aboutFile } from '../aboutFile';
import { type KerasFile, locateKeras } from '../locateKeras';
import { openFile } from '../openFile';
import { type Hdf5File, openHdf5 } from '../openHdf5';
import type { OpenFiles } from '../together';
import type { CheckpointFormat, StoredCheckpoint } from './checkpointFormat';
import { openEach } from './openEach';
import { writeKeras } from './writeKeras';

/**
 * Files of Keras: `.h5` and `.weights.h5`, which are HDF5, and `.keras`, an archive with `model.weights.h5` in it. The
 * tensors are the datasets of numbers, by their paths, without those of the optimizer. What is written is the file that
 * was read, with other values.
 */
export const kerasFormat: CheckpointFormat = {
  name: 'Keras',
  extensions: ['.h5', '.hdf5', '.keras'],
  isStart: (start) => String.fromCharCode(...start.subarray(0, 8)) === '\x89HDF\r\n\x1a\n',
  open: (paths) => openEach(paths, open),
};

async function open(path: string): Promise<StoredCheckpoint> {
  const file = await aboutFile(path, () => openFile(path));
  try {
    return await aboutFile(path, async () => {
      const keras = await locateKeras(path, file);
      const hdf5 = await openHdf5({ fd: await file.descriptor(), ...keras });
      const close = async () => {
        hdf5.close();
        await file.close();
      };
      return storedKeras(keras, hdf5, { ...file, close });
    });
  } catch (error) {
    await file.close();
    throw error;
  }
}

function storedKeras(
  keras: KerasFile,
  { datasets }: Hdf5File,
  { assertUnchanged, close }: OpenFiles,
): StoredCheckpoint {
  const { path } = keras;
  return {
    metadata: {},
    tensors: datasets.filter(isWeight).map(({ name, dtype, shape, read }) => ({
      ...{ name, dtype, shape, path },
      read: (yieldPoint) => aboutFile(path, () => read(yieldPoint)),
    })),
    rewrite: (tensors, _metadata, destination) => writeKeras(keras, tensors, destination),
    assertUnchanged,
    close,
  };
}

/** False for a value of the optimizer, as Keras 3 and Keras 2 name it. */
function isWeight({ name }: { readonly name: string }): boolean {
  return !/^optimizer(_weights)?\//.test(name);
}
