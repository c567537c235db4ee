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

/** A point whose shared keys begin with a scope. */
export interface ScopedPoint extends MixturePoint {
  readonly scope: string;
  /** The point of the barrier. */
  readonly origin: MixturePoint;
}

/** The point with its shared keys prefixed by a scope. */
export function scoped(origin: MixturePoint, scope: string): ScopedPoint {
  const shared: MixturePoint['shared'] = (key, make) => origin.shared(`${scope}: ${key}`, make);
  return { ...origin, shared, scope, origin };
}
