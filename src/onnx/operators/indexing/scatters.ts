import { reshape } from '@tensorflow/tfjs-core';
import { sizeOf } from '../../../params/internal';
import { type HostArray, hostArray } from '../../values/hostArray';
import { tensorValue, toTensor, type Value } from '../../values/value';
import { allOnHost, axisOf, type Call, inputAt, type Operators, unsupported } from '../operator';
import { elementPlaces, type Places, rowPlaces } from './places';
import { type Reduction, reductions, scatterRows } from './scatterRows';

/** Updates of elements or slices at positions. */
export const scatters: Operators = {
  Scatter: { run: scatterElements },
  ScatterElements: { run: scatterElements },
  ScatterND: { run: scatterNd },
};

function scatterElements(call: Call): Value {
  const value = inputAt(call, 0);
  const axis = axisOf(call.attributes.number('axis', 0), value.shape.length);
  return scattered(call, elementPlaces(inputAt(call, 1), value.shape, axis), []);
}

function scatterNd(call: Call): Value {
  const [value, indices] = [inputAt(call, 0), inputAt(call, 1)];
  const inner = value.shape.slice(indices.shape.at(-1));
  return scattered(call, rowPlaces(indices, value.shape, 0), inner);
}

/** The first input as a table of rows of the shape `inner`, with the third input in rows of it. */
function scattered(call: Call, places: Places, inner: readonly number[]): Value {
  const [value, updates] = [inputAt(call, 0), inputAt(call, 2)];
  const reduction = reductionOf(call);
  const width = sizeOf(inner);
  const host = allOnHost([value, updates]);
  if (host && Array.isArray(places)) {
    const [own, given] = host as HostArray[];
    return hostScatter(own, places, given, width, reduction);
  }
  const rows = (each: Value) => reshape(toTensor(each), [sizeOf(each.shape) / width, ...inner]);
  const made = scatterRows(call, rows(value), places, rows(updates), reduction);
  return tensorValue(reshape(made, [...value.shape]));
}

function reductionOf(call: Call): Reduction {
  const name = call.attributes.text('reduction', 'none');
  if (Object.hasOwn(reductions, name)) return name as Reduction;
  throw unsupported(call, `the reduction '${name}'`, 'Export the model with another reduction');
}

function hostScatter(
  { dtype, shape, data }: HostArray,
  places: readonly number[],
  updates: HostArray,
  width: number,
  reduction: Reduction,
): HostArray {
  const made = Array.from(data);
  const { onHost } = reductions[reduction];
  for (const [k, place] of places.entries()) {
    for (let i = 0; i < width; i++) {
      const at = place * width + i;
      made[at] = onHost(made[at], updates.data[k * width + i]);
    }
  }
  return hostArray(dtype, shape, made);
}
