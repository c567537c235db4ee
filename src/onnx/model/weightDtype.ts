import type { FloatDtype } from '../../io/internal';
import { elementType } from './elementType';

const dtypes: Readonly<Record<string, FloatDtype>> = {
  float: 'F32',
  float16: 'F16',
  bfloat16: 'BF16',
  double: 'F64',
};

/** The stored type of a weight; null for tensors that are not floats. */
export function weightDtype(type: number): FloatDtype | null {
  return dtypes[elementType(type).name] ?? null;
}
