import { invalid } from '../../errors';
import { encodeFloats } from '../../io/internal';
import type { Params } from '../../params';
import { assertTensor, sizeOf } from '../../params/internal';
import { read } from '../../runtime';
import type { Weight } from '../graph/weight';
import { floatValues } from '../model/hostValues';

/**
 * The values of a parameter as elements of a weight's stored type. Where a value is the stored one rounded to
 * float32, the stored one stays, so that a double that did not change keeps all of its digits.
 *
 * @param stored - The elements that the file has.
 */
export async function storedElements(
  { name, shape, dtype, record }: Weight,
  params: Params,
  stored: Uint8Array,
): Promise<Uint8Array> {
  const tensor = params[name];
  assertTensor(name, tensor);
  if (tensor.shape.join() !== shape.join() || tensor.dtype !== 'float32') {
    throw invalid(
      `parameter '${name}' is ${tensor.dtype} of shape [${tensor.shape}], but the model's weight is float32 of shape [${shape}]`,
      'Pass params of the same architecture and width',
      { param: name, received: { shape: tensor.shape, dtype: tensor.dtype } },
    );
  }
  const values = (await read(tensor)) as Float32Array;
  const elements = encodeFloats(dtype, Float64Array.from(values));
  if (dtype !== 'F64') return elements;
  const before = floatValues(record, stored);
  const doubles = new Float64Array(stored.slice().buffer);
  const result = new Float64Array(elements.buffer, elements.byteOffset, sizeOf(shape));
  for (let i = 0; i < result.length; i++) {
    if (Object.is(before[i], values[i])) result[i] = doubles[i];
  }
  return elements;
}
