import { dispose } from '@tensorflow/tfjs-core';
import { encodeFloats, isFloatDtype } from '../../io/internal';
import type { Params } from '../../params';
import type { Permutations } from '../../permutation';
import { type RepairProgress, repair, resetBatchNorm } from '../../repair';
import { createYieldPoint, read } from '../../runtime';
import { type PermutationSpec, permute } from '../../symmetry';
import { withCheckpoints } from '../checkpoints/withCheckpoints';
import { writeCheckpoint } from '../checkpoints/writeCheckpoint';
import { type NetworksOnDataSettings, withNetworksOnData } from './withNetworksOnData';

/** A merged network on disk, and the networks that were merged. */
export interface MergedFile {
  /** The path of the merged network. */
  readonly merged: string;
  /** The paths of the networks, [networks]. */
  readonly parents: readonly string[];
  readonly spec: PermutationSpec;
  /** The permutations of every network but the first. */
  readonly permutations: readonly Permutations[];
  /** The weights of the networks, [networks]. */
  readonly weights: readonly number[];
}

/** Settings of {@link repairFile}. */
export interface RepairFileSettings extends NetworksOnDataSettings {
  readonly batchSize: number;
  readonly output: string;
  readonly overwrite: boolean;
  /** True to recompute the statistics of batch normalisation, and change nothing else. */
  readonly statisticsOnly: boolean;
  /** Throws if a network has changed since it was merged. Awaited before the output is put in place. */
  readonly assertInputs: () => Promise<void>;
  readonly onProgress: (progress: RepairProgress) => void;
}

/**
 * Repairs a merged network, or its statistics of batch normalisation alone, on samples, and writes it with its names, types and metadata. A tensor that the repair does
 * not change keeps its bytes.
 *
 * @returns The names of the tensors that changed.
 */
export function repairFile(
  { merged, parents, spec, permutations, weights }: MergedFile,
  { batchSize, output, overwrite, statisticsOnly, onProgress, ...settings }: RepairFileSettings,
): Promise<readonly string[]> {
  return withNetworksOnData([merged, ...parents], settings, async (graph, set) => {
    const [own, first, ...others] = graph.networks;
    const aligned = statisticsOnly
      ? []
      : others.map((params, i) => permute(spec, params, permutations[i]));
    const data = {
      ...{ forward: graph.forward, inputs: set.x, batchSize: set.batch ?? batchSize },
      ...{ signal: settings.signal, onProgress },
    };
    let repaired: Params = {};
    try {
      repaired = statisticsOnly
        ? await resetBatchNorm(own, data)
        : await repair(own, [first, ...aligned], { ...data, weights });
      const values = await changedValues(own, repaired);
      await writeValues([merged, ...parents], values, { output, overwrite, ...settings });
      return [...values.keys()];
    } finally {
      dispose([...aligned, repaired]);
    }
  });
}

/** The values of the repaired tensors that differ from the merged ones. */
async function changedValues(merged: Params, repaired: Params) {
  const values = new Map<string, Float64Array<ArrayBuffer>>();
  for (const [name, tensor] of Object.entries(repaired)) {
    const [before, after] = [await read(merged[name]), await read(tensor)];
    if (after.some((value, i) => value !== before[i])) values.set(name, new Float64Array(after));
  }
  return values;
}

/** Writes the first of checkpoints that are used together, with other values of some tensors. */
function writeValues(
  paths: readonly string[],
  values: ReadonlyMap<string, Float64Array<ArrayBuffer>>,
  {
    output,
    overwrite,
    assertInputs,
    renamePrefix,
    signal,
  }: Omit<RepairFileSettings, 'onProgress' | 'batchSize' | 'statisticsOnly'>,
): Promise<void> {
  const yieldPoint = createYieldPoint(signal);
  return withCheckpoints(paths, { renamePrefix }, ([source]) =>
    writeCheckpoint(
      source,
      async function* (name, tensor) {
        const { dtype } = tensor;
        const own = values.get(name);
        yield own && isFloatDtype(dtype) ? encodeFloats(dtype, own) : await tensor.read(yieldPoint);
      },
      {
        ...{ path: output, overwrite, yieldPoint, onProgress: undefined },
        ...{ inputs: [source], assertInputs },
      },
    ),
  );
}
