import { floatValues } from '../model/hostValues';
import { storedBytes, type TensorSource } from '../model/tensorSource';
import type { Weight } from './weight';

/** The little-endian elements of a weight as they are stored. */
export function weightBytes(source: TensorSource, { record, part }: Weight): Uint8Array {
  const whole = storedBytes(source, record);
  if (!part) return whole;
  const size = whole.length / part.of;
  return whole.subarray(part.index * size, (part.index + 1) * size);
}

/** The values of a weight. The caller may keep them. */
export function weightValues(source: TensorSource, weight: Weight): Float32Array {
  return floatValues(weight.record, weightBytes(source, weight));
}
