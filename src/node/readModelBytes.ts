import type { OnnxFiles } from '../onnx';
import { openFile } from './openFile';
import { readBeside } from './readBeside';
import { type SizeLimit, wholeBytes } from './wholeBytes';

const LIMIT: SizeLimit = {
  most: 2 ** 31 - 1, // the most bytes of a message of protobuf
  why: 'and an ONNX file ends at 2 GiB',
  remedy:
    'Save the model with external data: onnx.save_model(model, path, save_as_external_data=True)',
};

/** Reads an ONNX file with its external data. */
export async function readModelBytes(
  path: string,
  yieldPoint?: () => Promise<void>,
): Promise<OnnxFiles> {
  const { externalLocations } = await import('../onnx/internal');
  const model = await openFile(path);
  try {
    const bytes = await wholeBytes(model, LIMIT, yieldPoint);
    const externalData = await readBeside(path, externalLocations(bytes), yieldPoint);
    await model.assertUnchanged();
    return { bytes, externalData };
  } finally {
    await model.close();
  }
}
