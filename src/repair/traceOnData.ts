import type { Params } from '../params';
import { type Batches, batchesOf } from '../params/internal';
import { type Trace, traceForward } from '../tracing/internal';
import type { ResetBatchNormOptions } from './repairOptions';

/** The function and the data of a repair. */
interface TracedData
  extends Required<Pick<ResetBatchNormOptions, 'forward' | 'inputs' | 'batchSize'>> {
  readonly signal: AbortSignal | undefined;
}

/** The trace of a forward pass on the first batch, and the batches. */
export async function traceOnData(
  { forward, inputs, batchSize, signal }: TracedData,
  params: Params,
): Promise<{ trace: Trace; batches: Batches }> {
  let trace: Trace | undefined;
  const batches = batchesOf(inputs, batchSize, (input) => {
    trace = traceForward(forward, params, input);
  });
  if (trace) return { trace, batches };
  for await (const input of batches.each(signal)) {
    trace = traceForward(forward, params, input);
    break;
  }
  return { trace: trace!, batches };
}
