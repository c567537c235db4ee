import type { Params } from '../params';
import type { Dtypes } from './weights/includedParameters';

/** The types of tensors. */
export function dtypesOf(params: Params): Dtypes {
  return Object.fromEntries(Object.entries(params).map(([name, { dtype }]) => [name, dtype]));
}
