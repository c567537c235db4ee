import * as tf from '@tensorflow/tfjs-core';
import { InvalidInputError } from 'perm-lmc';
import type { FileSummary, MergedFile, NetworkSource } from '../protocol';
import { mergeNetworks } from './mergeNetworks';
import { readFile } from './readFile';
import type { Work } from './tasks';

/** Loads the part of the library for ONNX, which other visitors do not need. */
const loadOnnx = () => import('perm-lmc/onnx');

/** The contents of an .onnx file. Throws unless its weights are there and its operators can be computed. */
export async function inspectOnnx(
  source: NetworkSource,
  signal: AbortSignal,
): Promise<FileSummary> {
  const { onnxForward, onnxParams } = await loadOnnx();
  const { bytes, externalData } = await readSource(source, signal);
  try {
    const params = onnxParams(bytes, { externalData });
    const values = Object.values(params).reduce((sum, { size }) => sum + size, 0);
    const names = Object.keys(params);
    tf.dispose(params);
    onnxForward(bytes, { externalData });
    return { names, values };
  } catch (error) {
    throw unusable(source, error);
  }
}

/** Aligns B to A by the spec of their graph, and writes (1 − alpha)·A + alpha·B into A's file. */
export const mergeOnnx: Work<'mergeOnnx'> = async ({ a, b, alpha }, { signal, report }) => {
  const { onnxNetworks, writeOnnx } = await loadOnnx();
  const files = await Promise.all([a, b].map((source) => readSource(source, signal)));
  const { params, spec, warnings } = await onnxNetworks(
    files.map(({ bytes }) => bytes),
    { externalData: files.map(({ externalData }) => externalData), signal },
  );
  const owned = [...params];
  try {
    const [paramsA, paramsB] = params;
    const merge = await mergeNetworks(spec, paramsA, paramsB, alpha, { signal, report });
    owned.push(merge.params);
    const [{ bytes, externalData }] = files;
    const written = await writeOnnx(bytes, merge.params, { externalData });
    return { files: mergedFiles(written), warnings, ...merge.report };
  } finally {
    tf.dispose(owned);
  }
};

/** The bytes of an .onnx file and of the files beside it, by name. */
async function readSource({ file, beside }: NetworkSource, signal: AbortSignal) {
  const entries = beside.map(async (each) => [each.name, await readFile(each, signal)] as const);
  const externalData = Object.fromEntries(await Promise.all(entries));
  return { bytes: await readFile(file, signal), externalData };
}

/** The files to be downloaded. The graph refers to those beside it by their names. */
function mergedFiles({
  bytes,
  externalData,
}: {
  readonly bytes: Uint8Array;
  readonly externalData: Readonly<Record<string, Uint8Array>>;
}): MergedFile[] {
  const beside = Object.entries(externalData).map(([name, data]) => ({ name, bytes: own(data) }));
  return [{ name: 'merged.onnx', bytes: own(bytes) }, ...beside];
}

const own = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);

/** The error for a file that cannot be used. Names the file, and says what the visitor can do. */
function unusable({ file }: NetworkSource, error: unknown): Error {
  const cause = { cause: error };
  if (error instanceof InvalidInputError && error.param === 'externalData') {
    return new Error(
      `'${file.name}': ${error.problem}. Choose or drop both files together.`,
      cause,
    );
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new Error(`'${file.name}' cannot be used. ${reason}`, cause);
}
