import type { GraphStep } from '../graph/flatGraph';
import type { Call } from '../operators/operator';
import type { Value } from '../values/value';

/** The call of a step's operator on the values of its inputs. */
export function callOf(
  { op, opset, attributes, inputs, outputs }: GraphStep,
  lookUp: (name: string) => Value | null,
): Call {
  return {
    op,
    opset,
    attributes,
    inputs: inputs.map((name) => (name === '' ? null : lookUp(name))),
    outputCount: outputs.length,
  };
}

/** The outputs of an operator as a list. */
export function outputsOf(outputs: Value | readonly (Value | null)[]): readonly (Value | null)[] {
  return Array.isArray(outputs) ? outputs : [outputs as Value];
}
