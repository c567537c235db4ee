import type { Value } from '../../values/value';
import { type Call, inputAt, type Operators, unsupported } from '../operator';
import { contraction } from './contraction';
import { parseEquation } from './parseEquation';

/** Einstein sums. */
export const einsums: Operators = {
  Einsum: { run: einsum },
};

/** Computed two operands at a time as batched products of matrices: not every backend has an einsum kernel. */
function einsum(call: Call): Value {
  const values = call.inputs.map((_, i) => inputAt(call, i));
  const equation = call.attributes.text('equation', '');
  const { operands, result } = parseEquation(
    equation,
    values.map(({ shape }) => shape.length),
  );
  if (operands.some((labels) => new Set(labels).size < labels.length)) {
    throw unsupported(
      call,
      `the diagonal in '${equation}'`,
      'Export the model without a letter twice in one operand',
    );
  }
  return contraction(
    operands.map((labels, i) => ({ value: values[i], labels })),
    result,
  );
}
