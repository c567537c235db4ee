import { getBackend, pad, type Tensor } from '@tensorflow/tfjs-core';
import { alongLines } from './alongLines';

/** The tensor with a number around it, one axis after the other beyond the rank that tfjs-wasm and -webgpu pad. */
export function paddedTensor(
  x: Tensor,
  amounts: readonly (readonly [before: number, behind: number])[],
  fill = 0,
): Tensor {
  const most = getBackend() === 'webgpu' ? 4 : 6;
  if (x.rank <= most)
    return pad(
      x,
      amounts.map(([before, behind]) => [before, behind]),
      fill,
    );
  return amounts.reduce((found, [before, behind], axis) => {
    if (before + behind === 0) return found;
    return alongLines(found, axis, (lines) =>
      pad(
        lines,
        [
          [0, 0],
          [before, behind],
          [0, 0],
        ],
        fill,
      ),
    );
  }, x);
}
