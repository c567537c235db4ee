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
  assertBytes('bytes', bytes);
  for (const [location, data] of Object.entries(externalData)) assertBytes(location, data);
  const model = readModel(bytes);
  const source = { bytes, externalData };
  return { model, source, graph: preparedGraph(model, source) };
}

function assertBytes(name: string, bytes: unknown): void {
  if (bytes instanceof Uint8Array) return;
  throw invalid(
    `${name} must be a Uint8Array, received ${kindOf(bytes)}`,
    'Pass the bytes of an .onnx file, such as new Uint8Array(await response.arrayBuffer())',
    { param: name, received: kindOf(bytes) },
  );
}
