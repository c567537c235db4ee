import { writeFile } from 'node:fs/promises';
import {
  inspectCheckpoint,
  matchManyFiles,
  mergeFiles,
  permuteFile,
  readCheckpoint,
  readSafetensors,
  transportFiles,
  weightMatchFiles,
  writeSafetensors,
} from 'perm-lmc/node';
import { onnxParams, onnxSpec, writeOnnx } from 'perm-lmc/onnx';
import { chainModel } from './deepForward';
import { attention, chain, type DeepNetwork, products, residual } from './deepNetworks';
import type { DeepPair, ParameterCase, Work } from './deepPair';

/** The functions of `perm-lmc/node` and `perm-lmc/onnx`. */
export const fileCases: readonly ParameterCase[] = [
  calling('writeSafetensors', ({ a, newFile }) => writeSafetensors(newFile('.safetensors'), a)),
  calling('readSafetensors', async ({ fileA }) => (await readSafetensors(fileA)).params),
  calling('readCheckpoint', async ({ fileA }) => (await readCheckpoint(fileA)).params),
  calling('inspectCheckpoint', ({ fileA }) => inspectCheckpoint(fileA)),
  calling('inspectCheckpoint, values', ({ fileA }) => inspectCheckpoint(fileA, { values: true })),
  onFiles([chain, residual, attention, products], 'mergeFiles', (pair) => {
    const { spec, permutations, fileA, fileB, newFile } = pair;
    return () => mergeFiles(spec, [fileA, fileB], [permutations], newFile('.safetensors'));
  }),
  one('mergeFiles, sharded', ({ spec, permutations, fileA, fileB, newFile }) => {
    return () =>
      mergeFiles(spec, [fileA, fileB], [permutations], newFile('.safetensors.index.json'));
  }),
  ...['.safetensors', '.pt', '.npz'].map((extension) =>
    one(`permuteFile to ${extension}`, (pair) => () => permuted(pair, extension)),
  ),
  ...['.pt', '.npz'].map((extension) =>
    one(`inspectCheckpoint of ${extension}`, async (pair) => {
      const path = await permuted(pair, extension);
      return () => inspectCheckpoint(path);
    }),
  ),
  ...['.pt', '.npz'].map((extension) =>
    one(`readCheckpoint of ${extension}`, async (pair) => {
      const path = await permuted(pair, extension);
      return async () => (await readCheckpoint(path)).params;
    }),
  ),
  onFiles([chain, residual], 'weightMatchFiles', ({ spec, fileA, fileB }) => {
    return () => weightMatchFiles(spec, fileA, fileB);
  }),
  one('weightMatchFiles, state', ({ spec, fileA, fileB, newFile }) => {
    return () => weightMatchFiles(spec, fileA, fileB, { state: newFile('.state') });
  }),
  one('matchManyFiles', ({ spec, fileA, fileB }) => {
    return () => matchManyFiles(spec, [fileA, fileB, fileA]);
  }),
  one('transportFiles', ({ spec, permutations, fileA, fileB, newFile }) => {
    const paths = { base: fileA, tuned: fileB, target: fileA };
    return () => transportFiles(spec, paths, permutations, newFile('.safetensors'));
  }),
  one('onnxParams', async ({ a }) => {
    const bytes = await chainModel(a);
    return () => onnxParams(bytes);
  }),
  one('onnxSpec', async ({ a }) => {
    const bytes = await chainModel(a);
    return () => onnxSpec(bytes, { verify: false });
  }),
  one('writeOnnx', async ({ a, b }) => {
    const bytes = await chainModel(a);
    return () => writeOnnx(bytes, b);
  }),
  one('permuteFile of .onnx', async ({ spec, a, permutations, newFile }) => {
    const path = newFile('.onnx');
    await writeFile(path, await chainModel(a));
    return () => permuteFile(spec, path, permutations, newFile('.onnx'));
  }),
];

/** A pair of networks with their safetensors files. */
interface FilePair extends DeepPair {
  readonly fileA: string;
  readonly fileB: string;
}

/** A case without preparation but that of the files. */
function calling(name: string, work: (pair: FilePair) => unknown): ParameterCase {
  return one(name, (pair) => () => work(pair));
}

function one(name: string, prepare: (pair: FilePair) => Work | Promise<Work>): ParameterCase {
  return onFiles([chain], name, prepare);
}

function onFiles(
  networks: readonly DeepNetwork[],
  name: string,
  prepare: (pair: FilePair) => Work | Promise<Work>,
): ParameterCase {
  return {
    ...{ name, networks },
    async prepare(pair) {
      const [fileA, fileB] = [pair.newFile('.safetensors'), pair.newFile('.safetensors')];
      await writeSafetensors(fileA, pair.a);
      await writeSafetensors(fileB, pair.b);
      return prepare({ ...pair, fileA, fileB });
    },
  };
}

async function permuted({ spec, permutations, fileB, newFile }: FilePair, extension: string) {
  const path = newFile(extension);
  await permuteFile(spec, fileB, permutations, path);
  return path;
}
