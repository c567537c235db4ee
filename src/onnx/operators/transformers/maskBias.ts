import { cast, greater, mul, scalar, sub, type Tensor } from '@tensorflow/tfjs-core';
import { toTensor, type Value } from '../../values/value';
import { mapValue } from '../elementwise/mapValues';

/** The bias of scores by a mask: 0 where it is true or above 0, and `hidden` elsewhere. */
export function maskBias(mask: Value, hidden: number): Tensor {
  const bias = mapValue(
    mask,
    (each) => (each > 0 ? 0 : hidden),
    (each) => {
      const shown = each.dtype === 'bool' ? each : greater(each, scalar(0, 'int32'));
      return mul(sub(cast(shown, 'float32'), scalar(1)), scalar(-hidden));
    },
    'float32',
  );
  return toTensor(bias);
}
