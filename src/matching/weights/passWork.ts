import { sizeOf } from '../../params/internal';
import type { Weights } from '../products/weights';
import type { Term } from './term';

/** The work of reading a value, in multiplications of a product that take as long. */
export const READ = 150;

/** The work of reading all terms of both networks once. */
export function passWork({ shape }: Pick<Weights, 'shape'>, terms: readonly Term[]): number {
  return terms.reduce((sum, { param }) => sum + 2 * READ * sizeOf(shape(param)), 0);
}
