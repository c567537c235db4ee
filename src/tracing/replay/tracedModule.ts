import type { Params } from '../../params';
import type { TensorSource, TracedCall } from '../capture/trace';
import { type Contraction, contractionOf } from './contraction';
import { dataflowOf, producerOf } from './dataflow';
import { hasFusedActivation } from './preActivation';
import { shapeOf } from './shapeOf';

/**
 * A step of a network with parameters of its own: a contraction with its bias, a normalisation, an embedding. Its
 * output is that of `call`, before a fused nonlinearity.
 */
export interface TracedModule {
  /** The index of the call whose first output is the module's output. */
  readonly call: number;
  /** The index of its first call: `call` itself, or the call to whose output `call` adds a bias. */
  readonly start: number;
  /** The contraction at `start`; null if `start` does not contract data with a kernel. */
  readonly contraction: Contraction | null;
  /** The axes of the output that hold a contraction's channels; null for none. */
  readonly channelAxes: readonly number[] | null;
  /** The bias, added by a call of its own or by the contraction; null for none. */
  readonly bias: TensorSource | null;
}

/** The modules of a forward pass, in the order of their outputs. */
export function modulesOf(calls: readonly TracedCall[], params: Params): TracedModule[] {
  const { isWeight, isData } = dataflowOf(calls);
  const modules = new Map<number, TracedModule>();
  for (const call of calls) {
    const sources = Object.entries(call.inputs);
    const weights = sources.filter(([, source]) => isWeight(source));
    const data = sources.find(([, source]) => isData(source));
    if (weights.length === 0 || !data) continue;
    const before = call.kernel === 'Add' ? modules.get(producerOf(calls, data[1])) : undefined;
    const joined = before && withBias(calls, params, before, call, weights[0][1]);
    if (joined) modules.delete(before.call);
    modules.set(call.index, joined ?? moduleAt(calls, params, call, weights));
  }
  return [...modules.values()].sort((x, y) => x.call - y.call);
}

function moduleAt(
  calls: readonly TracedCall[],
  params: Params,
  call: TracedCall,
  weights: readonly (readonly [string, TensorSource])[],
): TracedModule {
  const shapes = weights.flatMap(([name, source]) => {
    const shape = shapeOf(calls, params, source);
    return shape ? [[name, shape] as const] : [];
  });
  const contraction = contractionOf(call, new Map(shapes));
  return {
    call: call.index,
    start: call.index,
    contraction,
    channelAxes: contraction?.outputAxes ?? null,
    bias: (contraction && call.inputs.bias) ?? null,
  };
}

/** A module joined with the addition after it; null unless a bias is added, the same for every sample and position. */
function withBias(
  calls: readonly TracedCall[],
  params: Params,
  module: TracedModule,
  { index, shapes: [shape] }: TracedCall,
  bias: TensorSource,
): TracedModule | null {
  const before = calls[module.call];
  if (hasFusedActivation(before)) return null;
  const channelAxes = axesAfterReshape(module.channelAxes, before.shapes[0], shape);
  const biasShape = shapeOf(calls, params, bias) ?? [];
  const biasAxes = biasShape.flatMap((size, axis) =>
    size > 1 ? [axis + shape.length - biasShape.length] : [],
  );
  const fits = channelAxes
    ? biasAxes.every((axis) => channelAxes.includes(axis))
    : biasAxes.length <= 1 && !module.contraction;
  return fits ? { ...module, call: index, channelAxes, bias } : null;
}

/** The same axes after a reshape; null unless the shape is the same or the last axis is kept. */
function axesAfterReshape(
  axes: readonly number[] | null,
  before: readonly number[],
  after: readonly number[],
): readonly number[] | null {
  if (!axes || before.join() === after.join()) return axes;
  const isLast = axes.length === 1 && axes[0] === before.length - 1;
  return isLast && before.at(-1) === after.at(-1) ? [after.length - 1] : null;
}
