import type { OnnxFiles } from '../onnx';
import { readBeside } from './readBeside';
import { readFileBytes } from './readFileBytes';

/** The most bytes of a message of protobuf. */
const MOST_BYTES = 2 ** 31 - 1;

const TOO_LARGE = [
  'and an ONNX file ends at 2 GiB',
  'Save the model with external data: onnx.save_model(model, path, save_as_external_data=True)',
] as const;

/** Reads an ONNX file with its external data. */
export async function readModelBytes(
  path: string,
  yieldPoint?: () => Promise<void>,
): Promise<OnnxFiles> {
  const { externalLocations } = await import('../onnx/internal');
  const bytes = await readFileBytes(path, MOST_BYTES, TOO_LARGE, yieldPoint);
  return { bytes, externalData: await readBeside(path, externalLocations(bytes), yieldPoint) };
}
