import { basename } from 'node:path';
import type { OnnxFiles } from '../onnx';

/**
 * A model for an output. Its external data has a location of its own, `<output>.data`, so that it never replaces
 * that of another model. An output with the name of the input keeps the locations.
 */
export async function movedModel(
  input: string,
  output: string,
  { bytes, externalData }: OnnxFiles,
): Promise<OnnxFiles> {
  const locations = Object.keys(externalData);
  if (locations.length === 0 || basename(input) === basename(output)) {
    return { bytes, externalData };
  }
  const { moveExternalData } = await import('../onnx/internal');
  const own = `${basename(output)}.data`;
  const locationOf = (location: string) =>
    locations.length === 1 ? own : `${own}/${location.replaceAll('\\', '/')}`;
  return {
    bytes: moveExternalData(bytes, locationOf),
    externalData: Object.fromEntries(
      Object.entries(externalData).map(([location, data]) => [locationOf(location), data]),
    ),
  };
}
