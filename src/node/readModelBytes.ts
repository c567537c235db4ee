import type { OnnxFiles } from '../onnx';
import { readBeside } from './readBeside';
import { readFileBytes } from './readFileBytes';

/** The limit of a message of protobuf. */
const LIMIT = {
  bytes: 2 ** 31 - 1,
  reason: 'and an ONNX file ends at 2 GiB',
  remedy:
    'Save the model with external data: onnx.save_model(model, path, save_as_external_data=True)',
};

/** Reads an ONNX file with its external data. */
export async function readModelBytes(
  path: string,
  yieldPoint?: () => Promise<void>,
): Promise<OnnxFiles> {
  const { externalLocations } = await import('../onnx/internal');
  const bytes = await readFileBytes(path, yieldPoint, LIMIT);
  return { bytes, externalData: await readBeside(path, externalLocations(bytes), yieldPoint) };
}
