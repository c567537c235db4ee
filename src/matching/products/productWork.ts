import type { RowProduct } from './addProducts';

/** An allocator of memory for products, and the function that adds products up in such memory. */
export interface ProductWork {
  allocate(length: number): Float32Array;
  /** Adds products to `sum`, `[left.units × right.units]`, as the function `addProducts` does. */
  addProducts(sum: Float32Array, products: readonly RowProduct[]): void | Promise<void>;
}
