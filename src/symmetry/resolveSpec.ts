import type { Params } from '../params';
import { assertRecord, assertTensor, mapParams, type Shapes } from '../params/internal';
import type { PermutationSpec } from './permutationSpec';
import { type ResolvedSpec, resolveShapes } from './resolveShapes';

/**
 * The spec with the sizes of `params`.
 *
 * @throws InvalidInputError when a parameter is missing, unknown, disposed or of another rank, or
 * the sizes contradict each other.
 */
export function resolveSpec(spec: PermutationSpec, params: Params): ResolvedSpec {
  assertRecord('the network', params);
  for (const [name, tensor] of Object.entries(params)) assertTensor(name, tensor);
  return resolveShapes(spec, shapesOf(params));
}

/** The shapes of the parameters by name. */
export function shapesOf(params: Params): Shapes {
  return mapParams(params, ({ shape }) => shape);
}
