import type { Params } from '../../params';
import type { TensorSource, TracedCall } from '../capture/trace';

/** The shape of a traced tensor; null where the trace does not tell (an input, a constant). */
export function shapeOf(
  calls: readonly TracedCall[],
  params: Params,
  source: TensorSource,
): readonly number[] | null {
  if (source.kind === 'param') return params[source.name].shape;
  return source.kind === 'call' ? calls[source.call].shapes[source.output] : null;
}
