import { gather, reshape, type Tensor, tensor1d } from '@tensorflow/tfjs-core';
import { sizeOf } from '../../../params/internal';
import { type HostArray, hostArray } from '../../values/hostArray';
import { tensorValue, toTensor, type Value } from '../../values/value';
import { axisOf, type Call, inputAt, type Operators } from '../operator';
import { elementPlaces, type Places, rowPlaces } from './places';

/** Gathers of elements and of slices by positions on several axes. */
export const elementGathers: Operators = {
  GatherElements: { run: gatherElements },
  GatherND: { run: gatherNd },
};

function gatherElements(call: Call): Value {
  const [value, indices] = [inputAt(call, 0), inputAt(call, 1)];
  const axis = axisOf(call.attributes.number('axis', 0), value.shape.length);
  const { shape } = indices;
  // Axes that all indices share are not flattened, so that heads or channels stay an axis.
  const shared = indices.kind === 'host' ? sharedAxes(indices, value.shape, axis) : 0;
  const places = elementPlaces(
    shared === 0 ? indices : firstOf(indices as HostArray, shared),
    value.shape.slice(shared),
    axis - shared,
  );
  return gathered(value, value.shape.slice(0, shared), places, [], shape);
}

/** The number of leading axes along which the indices repeat, one for each element of the value. */
function sharedAxes(indices: HostArray, shape: readonly number[], axis: number): number {
  const repeats = (count: number) => {
    const period = sizeOf(indices.shape.slice(count));
    const fits = indices.shape.slice(0, count).join() === shape.slice(0, count).join();
    return fits && Array.from(indices.data).every((each, i) => each === indices.data[i % period]);
  };
  let count = axis;
  while (count > 0 && !repeats(count)) count--;
  return count;
}

function firstOf({ dtype, shape, data }: HostArray, axes: number): HostArray {
  const rest = shape.slice(axes);
  return hostArray(dtype, rest, Array.from(data).slice(0, sizeOf(rest)));
}

function gatherNd(call: Call): Value {
  const [value, indices] = [inputAt(call, 0), inputAt(call, 1)];
  const batch = call.attributes.number('batch_dims', 0);
  const inner = value.shape.slice(batch + indices.shape.at(-1)!);
  const shape = [...indices.shape.slice(0, -1), ...inner];
  return gathered(value, [], rowPlaces(indices, value.shape, batch), inner, shape);
}

/** Rows of the value as a table [...outer, rows, ...inner], in another shape. */
function gathered(
  value: Value,
  outer: readonly number[],
  places: Places,
  inner: readonly number[],
  shape: readonly number[],
): Value {
  const [before, width] = [sizeOf(outer), sizeOf(inner)];
  if (value.kind === 'host' && Array.isArray(places)) {
    const rows = value.data.length / before / width;
    const data = Array.from({ length: before }, (_, block) =>
      (places as number[]).flatMap((place) =>
        Array.from({ length: width }, (_, i) => value.data[(block * rows + place) * width + i]),
      ),
    );
    return hostArray(value.dtype, shape, data.flat());
  }
  const rows = sizeOf(value.shape) / before / width;
  const table = reshape(toTensor(value), [...outer, rows, ...inner]);
  const positions = Array.isArray(places) ? tensor1d(places, 'int32') : (places as Tensor);
  return tensorValue(reshape(gather(table, positions, outer.length), [...shape]));
}
