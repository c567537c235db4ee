import { invalid } from '../../errors';
import { quoted, storedBits } from '../../io/internal';
import type { Permutations } from '../../permutation';
import {
  type Elements,
  type ParameterView,
  type Place,
  permuteElements,
  placeMovement,
  placesOn,
  type ResolvedSpec,
} from '../../symmetry/internal';
import { aboutFile } from '../aboutFile';
import type { CheckpointTensor } from './checkpointFormat';

const ARRAYS = { 8: Uint8Array, 16: Uint16Array, 32: Uint32Array, 64: BigUint64Array } as const;

/** The bytes of a tensor with the permutations applied. Elements are moved, not converted. */
export async function permutedBytes(
  name: string,
  tensor: CheckpointTensor,
  { places, views }: ResolvedSpec,
  permutations: Permutations,
  yieldPoint: () => Promise<void>,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await tensor.read(yieldPoint);
  const own = placesOn(places, name);
  if (own.length === 0) return bytes;
  const moved = aboutFile(tensor.path, () => inWholeBytes(tensor, views.get(name)!, own));
  const elements: Elements = new ARRAYS[moved.bits](bytes.buffer);
  const movementAt = (place: Place) => placeMovement(place, permutations);
  const result = permuteElements(elements, moved.shape, moved.view, moved.places, movementAt);
  return new Uint8Array(result.buffer as ArrayBuffer);
}

/** A tensor in elements of whole bytes, for moving. */
interface MovedTensor {
  readonly bits: keyof typeof ARRAYS;
  readonly shape: readonly number[];
  readonly view: ParameterView;
  readonly places: readonly Place[];
}

/**
 * A tensor in elements of whole bytes. If its elements are smaller than a byte, the axes after the last
 * permuted one become one axis of bytes.
 */
function inWholeBytes(
  { name, dtype, shape }: CheckpointTensor,
  view: ParameterView,
  places: readonly Place[],
): MovedTensor {
  const bits = storedBits(dtype);
  if (bits % 8 === 0) return { bits: bits as keyof typeof ARRAYS, shape, view, places };
  const movedAxes = [...new Set(places.map(({ axis }) => axis))];
  const moved = movedAxes.map((axis) => view.axes[axis]);
  const last = Math.max(...moved.flat());
  const run = shape.slice(last + 1).reduce((size, length) => size * length, bits);
  if (run % 8 !== 0) {
    throw invalid(
      `tensor ${quoted(name)} is ${dtype}, ${bits} bits an element, and axis ${last} of shape [${shape}] is permuted in steps of ${run} bits, which are no whole bytes`,
      'Save it in a type of 8 bits or more, or keep the group off this axis',
      { param: name, axis: last, received: dtype },
    );
  }
  const inBytes = [...shape.slice(0, last + 1), run / 8];
  const rest = inBytes.flatMap((_, axis) => (moved.flat().includes(axis) ? [] : [[axis]]));
  const axes = [...moved, ...rest];
  return {
    bits: 8,
    shape: inBytes,
    view: { axes, shape: axes.map((list) => list.reduce((n, axis) => n * inBytes[axis], 1)) },
    places: places.map((place) => ({ ...place, axis: movedAxes.indexOf(place.axis) })),
  };
}
