import type { WorkMeter } from '../weights/workMeter';
import type { ProductWork } from './productWork';
import { rowLength } from './unitRows';

/** Work on products whose multiplications are counted, one product after another. */
export function countedWork({ allocate, addProducts }: ProductWork, meter: WorkMeter): ProductWork {
  return {
    allocate,
    async addProducts(sum, products) {
      await addProducts(sum, products);
      for (const { left } of products) meter.did(sum.length * rowLength(left));
    },
  };
}
