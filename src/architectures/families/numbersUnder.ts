import type { Shapes } from '../../params/internal';
import { namePrefixes } from './namePrefixes';

/** The numbers n of all names `PREFIX.n.…`, sorted. */
export function numbersUnder(shapes: Shapes, prefix: string): readonly number[] {
  return namePrefixes(shapes).get(prefix) ?? [];
}
