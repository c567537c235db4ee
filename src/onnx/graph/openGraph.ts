import { kindOf } from '../../checks';
import { invalid } from '../../errors';
import type { OnnxModel } from '../model/onnxModel';
import { readModel } from '../model/readModel';
import type { ExternalData, TensorSource } from '../model/tensorSource';
import { preparedGraph } from './buildProgram';
import type { FlatGraph } from './flatGraph';

/** A model's file with its graph. */
export interface OpenGraph {
  readonly model: OnnxModel;
  readonly source: TensorSource;
  readonly graph: FlatGraph;
}

/** Reads a model and flattens its graph. */
export function openGraph(bytes: Uint8Array, externalData: ExternalData = {}): OpenGraph {
  const source = {
    bytes: plainBytes('bytes', bytes),
    externalData: Object.fromEntries(
      Object.entries(externalData).map(([location, data]) => [
        location,
        plainBytes(location, data),
      ]),
    ),
  };
  const model = readModel(source.bytes);
  return { model, source, graph: preparedGraph(model, source) };
}

/** The same bytes as a Uint8Array itself: `slice` of a Node Buffer is a view, not a copy. */
function plainBytes(name: string, bytes: unknown): Uint8Array {
  if (bytes instanceof Uint8Array) {
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  throw invalid(
    `${name} must be a Uint8Array, received ${kindOf(bytes)}`,
    'Pass the bytes of an .onnx file, such as new Uint8Array(await response.arrayBuffer())',
    { param: name, received: kindOf(bytes) },
  );
}
