import { createYieldPoint } from '../../runtime';
import { addProducts, type RowProduct } from './addProducts';
import type { ProductWork } from './productWork';
import { rowLength, someUnits } from './unitRows';

/** The most multiplications of products that are added without a pause: some tenths of a second. */
const MOST_WORK = 2 ** 32;

/** The rows of the sum between two pauses. Each block packs the right factor again, which takes 4 % longer in all. */
const ROWS = 512;

/** Work on the thread of the caller. It yields to the event loop within large products. */
export const ownThread: ProductWork = {
  allocate: (length) => new Float32Array(length),
  addProducts(sum, products) {
    const work = products.reduce((total, { left }) => total + sum.length * rowLength(left), 0);
    return work > MOST_WORK ? addBlocks(sum, products) : addProducts(sum, products);
  },
};

/** Adds products to some rows of the sum at a time. The result is the same to the bit. */
async function addBlocks(sum: Float32Array, products: readonly RowProduct[]): Promise<void> {
  const yieldPoint = createYieldPoint();
  const rows = products[0].left.units;
  const columns = sum.length / rows;
  for (let from = 0; from < rows; from += ROWS) {
    await yieldPoint();
    const to = Math.min(from + ROWS, rows);
    addProducts(
      sum.subarray(from * columns, to * columns),
      products.map((product) => ({ ...product, left: someUnits(product.left, from, to) })),
    );
  }
}
