import { InvalidInputError, invalid, LostDeviceError } from '../../errors';
import type { Call, Operator } from '../operators/operator';
import type { Value } from '../values/value';
import { outputsOf } from './callOf';

/**
 * The outputs of an operator. An error of tfjs, such as for shapes that do not fit, becomes one with the shapes of the
 * inputs, and is its cause.
 */
export function runOperator(operator: Operator, call: Call): readonly (Value | null)[] {
  try {
    return outputsOf(operator.run(call));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error instanceof InvalidInputError || error instanceof LostDeviceError) throw error;
    const shapes = call.inputs.map((value) => (value ? `[${value.shape}]` : 'none'));
    throw invalid(
      `${call.op} failed on inputs of shapes ${shapes.join(', ')}: ${error.message.trim()}`,
      'Pass an input of a shape that the graph takes',
      { param: 'input', received: shapes, cause: error },
    );
  }
}
