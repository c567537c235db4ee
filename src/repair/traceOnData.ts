import type { BatchedInputs, Params } from '../params';
import { type Batches, batchesOf } from '../params/internal';
import type { TracedForward } from '../tracing';
import { type Trace, traceForward } from '../tracing/internal';

/** The trace of a forward pass on the first batch, and the batches. */
export async function traceOnData(
  forward: TracedForward,
  params: Params,
  inputs: BatchedInputs,
  batchSize: number,
): Promise<{ trace: Trace; batches: Batches }> {
  let trace: Trace | undefined;
  const batches = batchesOf(inputs, batchSize, (input) => {
    trace = traceForward(forward, params, input);
  });
  if (trace) return { trace, batches };
  for await (const input of batches.each()) {
    trace = traceForward(forward, params, input);
    break;
  }
  return { trace: trace!, batches };
}
