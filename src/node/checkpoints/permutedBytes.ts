import { storedBytes } from '../../io/internal';
import type { Permutations } from '../../permutation';
import {
  type Elements,
  type Place,
  permuteElements,
  placeMovement,
  type ResolvedSpec,
} from '../../symmetry/internal';
import { type CheckpointTensor, readStoredBytes } from './checkpoint';

const ARRAYS = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array, 8: BigUint64Array } as const;

/** The bytes of a tensor with the permutations applied: its elements are moved, not converted. */
export async function permutedBytes(
  name: string,
  tensor: CheckpointTensor,
  { places, views }: ResolvedSpec,
  permutations: Permutations,
  yieldPoint: () => Promise<void>,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await readStoredBytes(tensor, yieldPoint);
  const own = places.filter(({ param }) => param === name);
  if (own.length === 0) return bytes;
  const { dtype, shape } = tensor.stored;
  const elements: Elements = new ARRAYS[storedBytes(dtype) as keyof typeof ARRAYS](bytes.buffer);
  const movementAt = (place: Place) => placeMovement(place, permutations);
  const moved = permuteElements(elements, shape, views.get(name)!, own, movementAt);
  return new Uint8Array(moved.buffer as ArrayBuffer);
}
