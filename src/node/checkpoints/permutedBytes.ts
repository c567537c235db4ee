import { storedBytes } from '../../io/safetensorsTypes';
import type { Permutations } from '../../permutation/permutation';
import { placeMovement } from '../../spec/permutedIndex';
import { type Elements, permuteElements } from '../../spec/permuteElements';
import type { Place } from '../../spec/places';
import type { ResolvedSpec } from '../../spec/resolveShapes';
import { type CheckpointTensor, readStoredBytes } from './openCheckpoint';

const ARRAYS = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array, 8: BigUint64Array } as const;

/** The bytes of a tensor with the permutations applied: its elements are moved, not converted. */
export async function permutedBytes(
  name: string,
  tensor: CheckpointTensor,
  { places, views }: ResolvedSpec,
  permutations: Permutations,
  checkpoint: () => Promise<void>,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await readStoredBytes(tensor, checkpoint);
  const own = places.filter(({ param }) => param === name);
  if (own.length === 0) return bytes;
  const { dtype, shape } = tensor.stored;
  const elements: Elements = new ARRAYS[storedBytes(dtype) as keyof typeof ARRAYS](bytes.buffer);
  const movementAt = (place: Place) => placeMovement(place, permutations);
  const moved = permuteElements(elements, shape, views.get(name)!, own, movementAt);
  return new Uint8Array(moved.buffer as ArrayBuffer);
}
