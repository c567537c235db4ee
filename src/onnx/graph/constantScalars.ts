import { sizeOf } from '../../params/internal';
import type { FlatGraph, GraphStep } from './flatGraph';
import { isFloat } from './isFloat';
import { operatorName } from './operatorName';
import { readsShape } from './readsShape';
import { neededBy } from './sortSteps';

/**
 * The names of tensors of one element that are constants of the computation, not weights: exponents, and numbers
 * in the arithmetic of shapes and positions. Exporters store such constants as initializers.
 */
export function constantScalars({ tensors, steps, inputs }: FlatGraph): Set<string> {
  const scalars = new Set(
    [...tensors].flatMap(([name, { record }]) =>
      record && sizeOf(record.shape) === 1 ? [name] : [],
    ),
  );
  const onData = new Set(inputs.map(({ name }) => name));
  for (const [name, tensor] of tensors) {
    if (isFloat(tensor) && !scalars.has(name)) onData.add(name);
  }
  const found = new Set<string>();
  note(steps);
  return found;

  function note(list: readonly GraphStep[]): void {
    for (const step of list) {
      for (const branch of step.branches ?? []) note(branch.steps);
      const isOnData = !readsShape(step) && neededBy(step).some((name) => onData.has(name));
      if (isOnData) for (const name of step.outputs) onData.add(name);
      const exponent = operatorName(step) === 'Pow' ? 1 : -1;
      for (const [k, name] of step.inputs.entries()) {
        if (scalars.has(name) && (!isOnData || k === exponent)) found.add(name);
      }
    }
  }
}
