import { Tensor } from '@tensorflow/tfjs-core';

/** Input of a network: one tensor, an array of tensors, or a record of tensors by name. */
export type NetworkInput = Tensor | readonly Tensor[] | Readonly<Record<string, Tensor>>;

/** True if a value is a tensor, or a non-empty array or record of tensors. */
export function isNetworkInput(value: unknown): value is NetworkInput {
  if (value instanceof Tensor) return true;
  if (typeof value !== 'object' || value === null) return false;
  if (!Array.isArray(value) && Symbol.iterator in value) return false;
  const tensors = Object.values(value);
  return tensors.length > 0 && tensors.every((each) => each instanceof Tensor);
}

/** The tensors of an input with their names in errors: `x`, `x[1]` or `x['ids']` for the argument `x`. */
export function namedTensors(argument: string, input: NetworkInput): [string, Tensor][] {
  if (input instanceof Tensor) return [[argument, input]];
  if (Array.isArray(input)) return input.map((tensor, i) => [`${argument}[${i}]`, tensor]);
  return Object.entries(input).map(([name, tensor]) => [`${argument}['${name}']`, tensor]);
}

/** Maps each tensor of an input: f(tensor, its index or name). The name is empty if the input is one tensor. */
export function mapInput<Input extends NetworkInput>(
  input: Input,
  f: (tensor: Tensor, name: string) => Tensor,
): Input {
  const map = (): NetworkInput => {
    if (input instanceof Tensor) return f(input, '');
    if (Array.isArray(input)) return input.map((tensor, i) => f(tensor, String(i)));
    return Object.fromEntries(
      Object.entries(input as Readonly<Record<string, Tensor>>).map(([name, tensor]) => [
        name,
        f(tensor, name),
      ]),
    );
  };
  return map() as Input;
}

/** The tensors in nested arrays and records, in order. */
export function tensorsIn(value: unknown): Tensor[] {
  if (value instanceof Tensor) return [value];
  if (Array.isArray(value)) return value.flatMap(tensorsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(tensorsIn);
}
