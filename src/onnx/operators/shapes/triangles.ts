import { tensor2d, where, zerosLike } from '@tensorflow/tfjs-core';
import { hostArray } from '../../values/hostArray';
import { tensorValue, toTensor, type Value } from '../../values/value';
import { onJoinedAxes } from '../kernels/onJoinedAxes';
import { type Call, inputAt, numbersAt, type Operators } from '../operator';

/** Triangles of matrices. */
export const triangles: Operators = {
  Trilu: { run: trilu, hostInputs: [1] },
};

/** The matrices [..., rows, columns] with zeros above or below a diagonal. */
function trilu(call: Call): Value {
  const value = inputAt(call, 0);
  const [rows, columns] = value.shape.slice(-2);
  const offset = numbersAt(call, 1)?.[0] ?? 0;
  const isUpper = call.attributes.number('upper', 1) !== 0;
  const isKept = (row: number, column: number) =>
    isUpper ? column - row >= offset : column - row <= offset;
  const kept = Array.from({ length: rows * columns }, (_, i) =>
    isKept(Math.floor(i / columns), i % columns),
  );
  if (value.kind === 'host') {
    const data = Array.from(value.data, (each, i) => (kept[i % kept.length] ? each : 0));
    return hostArray(value.dtype, value.shape, data);
  }
  const x = toTensor(value);
  const mask = tensor2d(Uint8Array.from(kept, Number), [rows, columns], 'bool');
  return tensorValue(onJoinedAxes([mask, x], ([kept, own]) => where(kept, own, zerosLike(own))));
}
