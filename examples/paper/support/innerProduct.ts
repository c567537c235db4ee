import type { Params } from 'perm-lmc';
import { sumOfProducts } from './sumOfProducts';

/** The value of {@link sumOfProducts}. */
export async function innerProduct(a: Params, b: Params): Promise<number> {
  const sum = sumOfProducts(a, b);
  const [value] = await sum.data();
  sum.dispose();
  return value;
}
