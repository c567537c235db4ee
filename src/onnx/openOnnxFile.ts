import type { FloatDtype } from '../io/internal';
import { weightsOf } from './graph/buildProgram';
import { type OpenGraph, openGraph } from './graph/openGraph';
import { separateUses } from './graph/separateUses';
import type { Weight } from './graph/weight';
import { weightBytes } from './graph/weightValues';
import type { ExternalData } from './model/tensorSource';

/** A weight of a file, as it is stored. */
export interface OnnxWeight {
  readonly name: string;
  readonly dtype: FloatDtype;
  readonly shape: readonly number[];
  /** The little-endian elements: a view of the file's bytes. */
  read(): Uint8Array;
}

/** A file with its weights. */
export interface OnnxFile extends OpenGraph {
  /** The weights by their names in params. */
  readonly weights: ReadonlyMap<string, OnnxWeight>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Opens a file. Its weights have the names that `onnxNetwork` gives them. */
export function openOnnxFile(
  bytes: Uint8Array,
  { externalData }: { externalData?: ExternalData } = {},
): OnnxFile {
  const open = openGraph(bytes, externalData);
  return fileOf(open, weightsOf(open.graph));
}

/** Opens files of one architecture. Their weights have the names that `onnxNetworks` gives them. */
export function openOnnxFiles(
  files: readonly { readonly bytes: Uint8Array; readonly externalData?: ExternalData }[],
): OnnxFile[] {
  const open = files.map(({ bytes, externalData }) => openGraph(bytes, externalData));
  const graphs = separateUses(open.map(({ graph }) => graph));
  return open.map((each, k) =>
    fileOf(each, weightsOf({ ...graphs[0], tensors: graphs[k].tensors })),
  );
}

function fileOf(open: OpenGraph, weights: readonly Weight[]): OnnxFile {
  const entries = weights.map((weight): [string, OnnxWeight] => [
    weight.name,
    {
      name: weight.name,
      dtype: weight.dtype,
      shape: weight.shape,
      read: () => weightBytes(open.source, weight),
    },
  ]);
  return { ...open, weights: new Map(entries), metadata: open.model.metadata };
}
