import type { Params } from '../../params';
import type { TensorSource, TracedCall } from '../capture/trace';

/** The shape of a traced tensor; null for inputs and constants, whose shapes a trace does not hold. */
export function shapeOf(
  calls: readonly TracedCall[],
  params: Params,
  source: TensorSource,
): readonly number[] | null {
  if (source.kind === 'param') return params[source.name].shape;
  return source.kind === 'call' ? calls[source.call].shapes[source.output] : null;
}
