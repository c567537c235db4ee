import {
  add,
  cast,
  clipByValue,
  div,
  equal,
  max,
  maximum,
  min,
  minimum,
  neg,
  round,
  scalar,
  sub,
  where,
} from '@tensorflow/tfjs-core';
import { storedIn, tensorValue, type Value } from '../../values/value';
import { mapTensor } from '../elementwise/mapValues';

/** A value quantised to 0 … 255 by its extremes, the scale and the zero point. */
export function quantizedDynamically(value: Value): readonly Value[] {
  const x = storedIn(value, value.kind === 'tensor' ? value.order : undefined);
  const least = minimum(min(x), scalar(0));
  const range = sub(maximum(max(x), scalar(0)), least);
  const scale = where(equal(range, scalar(0)), scalar(1), div(range, scalar(255)));
  const zeroPoint = clipByValue(round(div(neg(least), scale)), 0, 255);
  const quantized = mapTensor(value, (each) =>
    cast(clipByValue(add(round(div(each, scale)), zeroPoint), 0, 255), 'int32'),
  );
  const zero = tensorValue(cast(zeroPoint, 'int32'));
  return [quantized, tensorValue(scale), { ...zero, smallInt: 'uint8' }];
}
