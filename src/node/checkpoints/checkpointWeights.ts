import { keptValues, type Weights } from '../../matching/internal';
import { sizeOf } from '../../params/internal';
import { type ResolvedSpec, viewElements } from '../../symmetry/internal';
import { type Checkpoint, readValues } from './checkpoint';

/**
 * The values of two checkpoints on disk, each read when it is asked for. Kept are those that fit in half of
 * `memory`; the other half bounds what the matcher keeps of its grams.
 *
 * @param names - The parameters that vote.
 * @param memory - Bytes.
 */
export function checkpointWeights(
  a: Checkpoint,
  b: Checkpoint,
  names: readonly string[],
  { views }: ResolvedSpec,
  memory: number,
  yieldPoint: () => Promise<void>,
): Weights {
  const networks = { a, b };
  const shapeOf = (param: string) => a.tensors.get(param)!.stored.shape;
  const bytesOf = (param: string) => 4 * sizeOf(shapeOf(param));

  async function read(network: 'a' | 'b', param: string): Promise<Float32Array> {
    const tensor = networks[network].tensors.get(param)!;
    const values = (await readValues(tensor, yieldPoint)) as Float32Array;
    const view = views.get(param);
    return view ? viewElements(values, tensor.stored.shape, view) : values;
  }

  return {
    bytes: Math.min(
      names.reduce((sum, name) => sum + 2 * bytesOf(name), 0),
      memory / 2,
    ),
    shape: (param) => views.get(param)?.shape ?? shapeOf(param),
    values: keptValues(read, bytesOf, memory / 2),
  };
}
