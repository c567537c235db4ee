import type { TensorSource, TracedCall } from '../capture/tracedCall';

/** The dependencies between the tensors of a forward pass. */
export interface Dataflow {
  /** True if a tensor depends on parameters and not on the input, such as a transposed parameter. */
  isWeight(source: TensorSource): boolean;
  /** True if a tensor depends on the input. */
  isData(source: TensorSource): boolean;
  /** The indices of the calls that take an output of this call. */
  consumers(call: number): readonly number[];
}

/** The dataflow of a forward pass. `calls[i].index === i`. */
export function dataflowOf(calls: readonly TracedCall[]): Dataflow {
  const kinds: ('weight' | 'data' | 'constant')[] = [];
  const consumers: number[][] = calls.map(() => []);
  const kindOf = (source: TensorSource) => {
    if (source.kind === 'call') return kinds[source.call];
    if (source.kind === 'param') return 'weight';
    return source.kind === 'input' ? 'data' : 'constant';
  };
  for (const { index, inputs } of calls) {
    const sources = Object.values(inputs);
    const own = sources.map(kindOf);
    kinds.push(own.includes('data') ? 'data' : own.includes('weight') ? 'weight' : 'constant');
    for (const source of sources) if (source.kind === 'call') consumers[source.call].push(index);
  }
  return {
    isWeight: (source) => kindOf(source) === 'weight',
    isData: (source) => kindOf(source) === 'data',
    consumers: (call) => consumers[call],
  };
}

/** Kernels that keep all values and their order. */
const RESHAPING = ['Identity', 'Reshape', 'ExpandDims', 'Cast'];

/** The call that computed the values of a tensor, which may have been reshaped since; −1 for none. */
export function producerOf(calls: readonly TracedCall[], source: TensorSource): number {
  const origin = originOf(calls, source);
  return origin.kind === 'call' ? origin.call : -1;
}

/** The parameter that holds the values of a tensor, which may have been reshaped since; null for none. */
export function parameterOf(calls: readonly TracedCall[], source: TensorSource): string | null {
  const origin = originOf(calls, source);
  return origin.kind === 'param' ? origin.name : null;
}

/** The source of a tensor before all reshaping. */
function originOf(calls: readonly TracedCall[], source: TensorSource): TensorSource {
  if (source.kind !== 'call') return source;
  const { kernel, inputs } = calls[source.call];
  return RESHAPING.includes(kernel) ? originOf(calls, Object.values(inputs)[0]) : source;
}
