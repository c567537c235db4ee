import { about, invalid } from '../../errors';
import type { FlatTensor, GraphStep } from '../graph/flatGraph';
import { operatorName } from '../graph/operatorName';
import { operators } from './operators';
import { refusedOperators } from './refusedOperators';

/** Throws at the first step whose operator is not computed. */
export function assertOperators(
  steps: readonly GraphStep[],
  tensors: ReadonlyMap<string, FlatTensor>,
): void {
  for (const step of steps) {
    const { branches } = step;
    if (branches) {
      for (const { steps: inner } of branches) {
        assertOperators(inner, tensors);
      }
    } else about(step.label, () => assertOperator(step));
  }
}

function assertOperator(step: GraphStep): void {
  const name = operatorName(step);
  if (Object.hasOwn(operators, name)) return;
  const remedy = Object.hasOwn(refusedOperators, name) ? refusedOperators[name] : undefined;
  throw invalid(
    `operator ${name} of opset ${step.opset} is not supported`,
    remedy ??
      'Export the model without it, or pass outputs, the names of values before it: the table of operators is in docs/onnx.md',
    { param: 'bytes', received: name },
  );
}
