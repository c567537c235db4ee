import type { GraphStep } from './flatGraph';
import { operatorName } from './operatorName';

/** True for a step that reads the shape of its input, and not the elements. */
export function readsShape(step: GraphStep): boolean {
  return /^(Shape|Size)$/.test(operatorName(step));
}
