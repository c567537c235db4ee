import type { Params } from '../params';
import { mapParams } from '../params/internal';
import type { Dtypes } from './weights/includedParameters';

/** The dtypes of tensors, by name. */
export function dtypesOf(params: Params): Dtypes {
  return mapParams(params, ({ dtype }) => dtype);
}
