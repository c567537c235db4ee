import { ownThread, type RowProduct, rowLength, someUnits } from '../../matching/internal';
import type { SharedSlabs } from './sharedSlabs';
import type { ThreadPool } from './threadPool';

/** The number of multiplications from which splitting a product saves time. */
export const LEAST_WORK = 1e8;

/**
 * Adds products to `sum`, `[rows × columns]`, row-major: this thread and free ones of a pool compute some of the rows
 * each. The result has the same bits for any number of threads.
 *
 * @param sum - In memory that threads share.
 * @param count - The most threads, with this one.
 */
export async function splitProducts(
  pool: ThreadPool,
  count: number,
  slabs: SharedSlabs,
  sum: Float32Array,
  products: readonly RowProduct[],
): Promise<void> {
  const work = products.reduce((total, { left }) => total + sum.length * rowLength(left), 0);
  const helpers = work < LEAST_WORK || count === 1 ? 0 : Math.min(count - 1, pool.free());
  if (helpers === 0) return ownThread.addProducts(sum, products);
  const rows = products[0].left.units;
  const columns = sum.length / rows;
  const share = 4 * Math.ceil(rows / (helpers + 1) / 4);
  await slabs.sharing(products, async (shared) => {
    const partFrom = (from: number) => {
      const to = Math.min(from + share, rows);
      return {
        sum: sum.subarray(from * columns, to * columns),
        products: shared.map((product) => ({
          ...product,
          left: someUnits(product.left, from, to),
        })),
      };
    };
    const starts = Array.from({ length: helpers }, (_, i) => (i + 1) * share);
    const tasks = starts
      .filter((from) => from < rows)
      .map((from) => pool.run({ kind: 'products', ...partFrom(from) }));
    const own = partFrom(0);
    await Promise.all([...tasks, ownThread.addProducts(own.sum, own.products)]);
  });
}
