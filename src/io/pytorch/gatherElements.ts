import { sizeOf } from '../../params/internal';
import { storedBits } from '../storedDtype';
import type { TorchTensor } from './torchTensor';

/** Reads bytes of a storage, from `begin` to before `end`. */
export type ReadStorage = (begin: number, end: number) => Promise<Uint8Array<ArrayBuffer>>;

/** The axes of a view, outermost first. */
type Axes = readonly { readonly size: number; readonly stride: number; readonly step: number }[];

/** The most bytes that are read at once to gather a part of them. */
const MOST_BYTES = 2 ** 24;

/** Reads the elements of a tensor, in the order of its axes. A tensor that lies in this order is read as it is. */
export async function gatherElements(
  { dtype, shape, strides, offset }: TorchTensor,
  read: ReadStorage,
): Promise<Uint8Array<ArrayBuffer>> {
  const width = storedBits(dtype) / 8;
  const size = sizeOf(shape);
  if (size === 0) return new Uint8Array();
  const axes = axesOf(shape, strides);
  const begin = offset * width;
  if (axes.every(({ stride, step }) => stride === step)) return read(begin, begin + size * width);
  const elements = new Uint8Array(size * width);
  await gather(axes, begin, 0, { elements, width, read });
  return elements;
}

/** The axes of more than one element, with their steps in the result. */
function axesOf(shape: readonly number[], strides: readonly number[]): Axes {
  let step = 1;
  return shape
    .map((size, axis) => ({ size, stride: strides[axis] }))
    .reverse()
    .map((axis) => {
      const own = { ...axis, step };
      step *= axis.size;
      return own;
    })
    .reverse()
    .filter(({ size }) => size > 1);
}

interface Gathering {
  readonly elements: Uint8Array;
  /** The bytes of an element. */
  readonly width: number;
  readonly read: ReadStorage;
}

/**
 * Gathers a part of a view. A range that is large against the part is divided along the axis with the greatest stride.
 *
 * @param from - The offset of the first element in the storage, in bytes.
 * @param to - The offset of the first element in the result, in elements.
 */
async function gather(axes: Axes, from: number, to: number, gathering: Gathering): Promise<void> {
  const { width, read } = gathering;
  const range = axes.reduce((sum, { size, stride }) => sum + (size - 1) * stride * width, width);
  const wide = axes.reduce((most, axis) => (axis.stride > most.stride ? axis : most), axes[0]);
  if (range <= MOST_BYTES || axes.length === 0) {
    place(axes, 0, 0, to, await read(from, from + range), gathering);
    return;
  }
  const parts = Math.min(wide.size, Math.ceil(range / MOST_BYTES));
  const inner = axes.filter((axis) => axis !== wide);
  for (let part = 0; part < parts; part++) {
    const first = Math.floor((part * wide.size) / parts);
    const size = Math.floor(((part + 1) * wide.size) / parts) - first;
    const own = size > 1 ? [...inner, { ...wide, size }] : inner;
    await gather(own, from + first * wide.stride * width, to + first * wide.step, gathering);
  }
}

/** Copies elements from bytes of the storage to the result, axis by axis. */
function place(
  axes: Axes,
  axis: number,
  from: number,
  to: number,
  source: Uint8Array,
  gathering: Gathering,
): void {
  const { elements, width } = gathering;
  const { size, stride, step } = axes[axis] ?? { size: 1, stride: 0, step: 0 };
  const isLast = axis >= axes.length - 1;
  for (let i = 0; i < size; i++) {
    const [begin, end] = [from + i * stride * width, to + i * step];
    if (isLast) for (let k = 0; k < width; k++) elements[end * width + k] = source[begin + k];
    else place(axes, axis + 1, begin, end, source, gathering);
  }
}
