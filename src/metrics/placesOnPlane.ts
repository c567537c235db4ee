import { equal, mul, sub, sum, type Tensor, tidy, where, zerosLike } from '@tensorflow/tfjs-core';
import { invalid } from '../errors';
import type { Params } from '../params';
import { read } from '../runtime';

/** A point on the plane through three networks, in distances in parameter space. */
export type Place = readonly [x: number, y: number];

/** Networks count as collinear if the orthogonal part of C − A is below this share of the greatest length. */
const FLAT = 1e-5;

/**
 * The coordinates of A, B and C: (0, 0), (‖B − A‖, 0), and the parts of C − A along and orthogonal to B − A.
 *
 * @throws InvalidInputError if two are equal, or all lie on a line.
 */
export async function placesOnPlane(a: Params, b: Params, c: Params): Promise<readonly Place[]> {
  const [uu, uw, ww] = await innerProducts(a, b, c, 0);
  if (!(uu > 0)) throw degenerate('a and b are the same');
  if (!(ww > 0)) throw degenerate('a and c are the same');
  // The orthogonal part is measured on the difference itself; ww − uw²/uu would lose it to rounding.
  const along = uw / uu;
  const [, , across] = await innerProducts(a, b, c, along);
  if (!(across > FLAT ** 2 * Math.max(uu, ww))) {
    throw degenerate('all three lie on a line');
  }
  return [
    [0, 0],
    [Math.sqrt(uu), 0],
    [along * Math.sqrt(uu), Math.sqrt(across)],
  ];
}

/** The weights of A, B and C at this place; they sum to 1. */
export function affineWeights(
  [x, y]: Place,
  [, [length], [along, height]]: readonly Place[],
): number[] {
  const weightC = y / height;
  const weightB = (x - weightC * along) / length;
  return [1 - weightB - weightC, weightB, weightC];
}

/** ⟨u, u⟩, ⟨u, v⟩ and ⟨v, v⟩ of u = B − A and v = C − A − along·u, over all float32 parameters. */
async function innerProducts(a: Params, b: Params, c: Params, along: number): Promise<number[]> {
  const products = tidy(() =>
    Object.keys(a)
      .filter((name) => a[name].dtype === 'float32')
      .map((name) => {
        const u = difference(b[name], a[name]);
        const w = difference(c[name], a[name]);
        const v = along === 0 ? w : sub(w, mul(u, along));
        return [sum(mul(u, u)), sum(mul(u, v)), sum(mul(v, v))];
      }),
  );
  try {
    const totals = [0, 0, 0];
    for (const row of products) {
      for (const [i, product] of row.entries()) totals[i] += (await read(product))[0];
    }
    return totals;
  } finally {
    for (const product of products.flat()) product.dispose();
  }
}

/** x − y, and 0 where they are equal, so that equal infinities give 0. */
function difference(x: Tensor, y: Tensor): Tensor {
  return where(equal(x, y), zerosLike(x), sub(x, y));
}

function degenerate(problem: string) {
  return invalid(
    `the networks span no plane: ${problem}`,
    'Pass three different networks; between two, measure a barrier',
  );
}
