import type { NetworkInput } from '../params';
import { type Batch, mapInput, rowsOf } from '../params/internal';
import type { MixturePoint } from './mixturePoint';

/** The inputs of a batch. They are cut once for all points, because each cut copies all of x on wasm. */
export function batchInput<Input extends NetworkInput>(
  x: Input,
  batch: Batch,
  point: MixturePoint | undefined,
): Input {
  return mapInput(x, (tensor, name) =>
    point ? point.shared(`x ${name}`, () => rowsOf(tensor, batch)) : rowsOf(tensor, batch),
  );
}

/** Count of evaluators made. */
let evaluators = 0;

/** A name of a new evaluator, which keeps the shared tensors of two evaluators in one barrier apart. */
export function newScope(kind: string): string {
  return `${kind} ${++evaluators}`;
}

/** The point with its shared keys prefixed by a scope. */
export function scoped(point: MixturePoint, scope: string): MixturePoint {
  return { ...point, shared: (key, make) => point.shared(`${scope}: ${key}`, make) };
}
