import { add, fill, sub, tidy } from '@tensorflow/tfjs-core';
import { readAndDispose } from '../../runtime';

/** Too many elements for tfjs's WebGL backend to compute them on the CPU. */
const SIZE = 1024;

/**
 * The unit of rounding of the backend: 2⁻²³, or 2⁻¹⁰ where it computes in half precision. It is measured,
 * since tfjs's WebGL backend reports half precision also where it renders float32.
 */
export async function roundingUnit(): Promise<number> {
  // (1 + 2⁻¹⁴) − 1 is 0 in half precision.
  const left = tidy(() => sub(add(fill([SIZE], 1), fill([SIZE], 2 ** -14)), fill([SIZE], 1)));
  const values = await readAndDispose(left);
  return values[0] === 0 ? 2 ** -10 : 2 ** -23;
}
