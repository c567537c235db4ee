import { createYieldPoint } from '../../runtime';
import { addProducts, type RowProduct } from './addProducts';
import { allPanels } from './allPanels';
import { matrixPool } from './matrixPool';
import { PANEL } from './packPanels';
import type { ProductWork } from './productWork';
import { rowLength, someUnits } from './unitRows';

/** The most multiplications of products that are added without a pause: some tenths of a second. */
const MOST_WORK = 2 ** 32;

/** The rows of the sum between two pauses. */
const ROWS = 512;

/** The most values of a right factor that is packed once: 128 MB. A larger one is packed again for each block of rows. */
const MOST_PACKED = 2 ** 25;

/** Work on the thread of the caller. It yields to the event loop within large products. */
export const ownThread: ProductWork = {
  allocate: (length) => new Float32Array(length),
  addProducts(sum, products) {
    const work = products.reduce((total, { left }) => total + sum.length * rowLength(left), 0);
    return work > MOST_WORK ? addLarge(sum, products) : addProducts(sum, products);
  },
};

/** Adds products, one after another. The result is the same to the bit. */
async function addLarge(sum: Float32Array, products: readonly RowProduct[]): Promise<void> {
  const yieldPoint = createYieldPoint();
  const pool = matrixPool(ownThread.allocate);
  for (const product of products) {
    const { right } = product;
    if (right.units * rowLength(right) > MOST_PACKED) {
      await addBlocks(sum, product, yieldPoint);
      continue;
    }
    const panels = allPanels(right, PANEL.right, pool.take);
    await addBlocks(sum, { ...product, right: { ...right, panels } }, yieldPoint);
    pool.give(panels);
  }
}

/** Adds a product to some rows of the sum at a time. */
async function addBlocks(
  sum: Float32Array,
  product: RowProduct,
  yieldPoint: () => Promise<void>,
): Promise<void> {
  const rows = product.left.units;
  const columns = sum.length / rows;
  for (let from = 0; from < rows; from += ROWS) {
    await yieldPoint();
    const to = Math.min(from + ROWS, rows);
    const left = someUnits(product.left, from, to);
    addProducts(sum.subarray(from * columns, to * columns), [{ ...product, left }]);
  }
}
