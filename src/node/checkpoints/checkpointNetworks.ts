import {
  includedParameters,
  keptValues,
  type MatchedNetworks,
  packedNetworks,
  READ,
  type Weights,
  type WorkMeter,
} from '../../matching/internal';
import type { ParameterFilter } from '../../params';
import { sizeOf } from '../../params/internal';
import type { PermutationSpec } from '../../symmetry';
import { type ResolvedSpec, viewElements } from '../../symmetry/internal';
import { assertComparableCheckpoints } from './assertComparableCheckpoints';
import { type Checkpoint, dtypesOfCheckpoint, readValues } from './checkpoint';
import { resolveCheckpoint } from './resolveCheckpoint';

/** Settings for matching checkpoints. */
export interface CheckpointMatchSettings {
  /** True for the parameters to match. */
  readonly include: ParameterFilter;
  /** The most bytes to keep: half for values, half for grams. */
  readonly memory: number;
  /** Counts the work. Default: it is not counted. */
  readonly meter?: WorkMeter;
  /** Awaited between reads. */
  readonly yieldPoint: () => Promise<void>;
}

/** Two networks in checkpoints on disk, checked against each other and the spec. Values are read when they are needed. */
export function checkpointNetworks(
  spec: PermutationSpec,
  a: Checkpoint,
  b: Checkpoint,
  { include, ...reading }: CheckpointMatchSettings,
): MatchedNetworks {
  assertComparableCheckpoints(a, b);
  const resolved = resolveCheckpoint(spec, a);
  const dtypes = dtypesOfCheckpoint(a);
  const names = includedParameters(resolved, dtypes, include);
  return packedNetworks({
    resolved,
    dtypes,
    names,
    weights: checkpointWeights(a, b, names, resolved, reading),
    meter: reading.meter,
    readStored: async (network, param) => {
      const tensor = { a, b }[network].tensors.get(param)!;
      return { values: await readValues(tensor), shape: tensor.shape };
    },
    dispose() {},
  });
}

/**
 * The values of two checkpoints. Half of `memory` bounds the values that are kept, the other half the grams.
 *
 * @param names - The included parameters.
 */
function checkpointWeights(
  a: Checkpoint,
  b: Checkpoint,
  names: readonly string[],
  { views }: ResolvedSpec,
  { memory, meter, yieldPoint }: Omit<CheckpointMatchSettings, 'include'>,
): Weights {
  const networks = { a, b };
  const shapeOf = (param: string) => a.tensors.get(param)!.shape;
  const bytesOf = (param: string) => 4 * sizeOf(shapeOf(param));

  async function read(network: 'a' | 'b', param: string): Promise<Float32Array> {
    const tensor = networks[network].tensors.get(param)!;
    const values = (await readValues(tensor, yieldPoint)) as Float32Array;
    meter?.did(READ * values.length);
    const view = views.get(param);
    return view ? viewElements(values, tensor.shape, view) : values;
  }

  return {
    bytes: Math.min(
      names.reduce((sum, name) => sum + 2 * bytesOf(name), 0),
      memory / 2,
    ),
    shape: (param) => views.get(param)?.shape ?? shapeOf(param),
    ...keptValues(read, bytesOf, memory / 2),
  };
}
