import type { Params } from '../params/params';
import type { Dtypes } from './votingParameters';

/** The types of tensors. */
export function dtypesOf(params: Params): Dtypes {
  return Object.fromEntries(Object.entries(params).map(([name, { dtype }]) => [name, dtype]));
}
