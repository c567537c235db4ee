import { elementType } from '../model/elementType';
import type { FlatTensor } from './flatGraph';

/** True for a tensor of the file whose elements are floats. */
export function isFloat({ record }: FlatTensor): boolean {
  return record !== null && elementType(record.type).kind === 'float';
}
