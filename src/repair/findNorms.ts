import type { Params } from '../params';
import {
  type Dataflow,
  dataflowOf,
  parameterOf,
  producerOf,
  shapeOf,
  type TensorSource,
  type TracedCall,
} from '../tracing/internal';
import type { NormLayer, Tap } from './repairLayer';

/**
 * The batch normalisations of a forward pass that take their mean and variance from parameters: those of tfjs's own
 * kernel, and those written as
 *
 *     (x − mean) / √(variance + ε)      or      x·i + (β − mean·i),  i = γ / √(variance + ε).
 */
export function findNorms(calls: readonly TracedCall[], params: Params): NormLayer[] {
  const flow = dataflowOf(calls);
  const found = new Map<string, NormLayer>();
  for (const call of calls) {
    const norm = fusedNorm(calls, call) ?? writtenNorm(calls, flow, call);
    if (!norm || !flow.isData(call.inputs[norm.input])) continue;
    const { mean, variance, input } = norm;
    const tap = {
      call: call.index,
      input,
      channelAxes: channelAxes(
        shapeOf(calls, params, call.inputs[norm.like]),
        shapeOf(calls, params, call.inputs[input]) ?? call.shapes[0],
      ),
    };
    const before: readonly Tap[] = found.get(mean)?.taps ?? [];
    found.set(mean, { kind: 'batchNorm', mean, variance, taps: [...before, tap] });
  }
  return [...found.values()];
}

/** A normalisation at a call. */
interface NormAt {
  /** The parameter that holds the mean. */
  readonly mean: string;
  /** The parameter that holds the variance. */
  readonly variance: string;
  /** The name of the call's input that is normalised. */
  readonly input: string;
  /** The name of an input with one number for each channel. */
  readonly like: string;
}

function fusedNorm(calls: readonly TracedCall[], { kernel, inputs }: TracedCall): NormAt | null {
  if (kernel !== 'FusedBatchNorm') return null;
  const mean = parameterOf(calls, inputs.mean);
  const variance = parameterOf(calls, inputs.variance);
  return mean === null || variance === null ? null : { mean, variance, input: 'x', like: 'mean' };
}

/** A normalisation written as separate operations, at the first call that takes its input. */
function writtenNorm(
  calls: readonly TracedCall[],
  flow: Dataflow,
  call: TracedCall,
): NormAt | null {
  const { kernel, inputs } = call;
  if (!('a' in inputs && 'b' in inputs) || flow.isData(inputs.a) === flow.isData(inputs.b)) {
    return null;
  }
  const [input, like] = flow.isData(inputs.a) ? ['a', 'b'] : ['b', 'a'];
  if (kernel === 'Sub' && input === 'a') {
    const mean = parameterOf(calls, inputs.b);
    const variance = scalesAfter(calls, flow, call.index)[0];
    return mean !== null && variance !== undefined ? { mean, variance, input, like } : null;
  }
  const variance = kernel === 'Multiply' ? varianceIn(calls, flow, inputs[like]) : null;
  const mean = variance === null ? null : meanTimes(calls, flow, inputs[like]);
  return variance !== null && mean !== null ? { mean, variance, input, like } : null;
}

/** The variances whose square roots divide the output of a call next. */
function scalesAfter(calls: readonly TracedCall[], flow: Dataflow, from: number): string[] {
  return flow.consumers(from).flatMap((index) => {
    const { kernel, inputs } = calls[index];
    if (kernel === 'Reshape' || kernel === 'Identity') return scalesAfter(calls, flow, index);
    if (kernel !== 'Multiply' && kernel !== 'RealDiv') return [];
    return Object.values(inputs).flatMap((source) => varianceIn(calls, flow, source) ?? []);
  });
}

/** The parameter v of a factor γ / √(v + ε) or √(v + ε) that is computed from parameters alone. */
function varianceIn(
  calls: readonly TracedCall[],
  flow: Dataflow,
  source: TensorSource,
): string | null {
  if (source.kind !== 'call' || !flow.isWeight(source)) return null;
  const { kernel, inputs } = calls[source.call];
  const sources = Object.values(inputs);
  if (kernel !== 'Rsqrt' && kernel !== 'Sqrt') {
    const found = sources.flatMap((each) => varianceIn(calls, flow, each) ?? []);
    return found.length === 1 ? found[0] : null;
  }
  const sum = calls[producerOf(calls, sources[0])];
  if (sum?.kernel !== 'Add') return null;
  const terms = Object.values(sum.inputs);
  const hasEpsilon = terms.some((each) => !flow.isWeight(each) && !flow.isData(each));
  const [variance] = terms.flatMap((each) => parameterOf(calls, each) ?? []);
  return hasEpsilon ? (variance ?? null) : null;
}

/** The parameter m of a product m·i, where i is `factor`. */
function meanTimes(
  calls: readonly TracedCall[],
  flow: Dataflow,
  factor: TensorSource,
): string | null {
  const at = producerOf(calls, factor);
  for (const index of at < 0 ? [] : flow.consumers(at)) {
    const { kernel, inputs } = calls[index];
    if (kernel !== 'Multiply') continue;
    const other = Object.values(inputs).find((each) => producerOf(calls, each) !== at);
    const mean = other && parameterOf(calls, other);
    if (mean) return mean;
  }
  return null;
}

/** The axes of x on which `like`, a shape that is broadcast to x, has more than one position. */
function channelAxes(like: readonly number[] | null, x: readonly number[]): number[] {
  const shape = like ?? [];
  return shape.flatMap((size, axis) => (size > 1 ? [axis + x.length - shape.length] : []));
}
