import type { CreateTrainingEngine, LabelledBatch, TrainingEngineOptions } from './trainingEngine';
import { type Kernels, openKernels } from './wasm/openKernels';
import { type ParameterLayout, parameterLayout } from './wasm/parameterLayout';
import { trainingPass } from './wasm/trainingPass';

/** Training in WebAssembly, on one core. The widths of the network must be multiples of 4. */
export const createWasmEngine: CreateTrainingEngine = async (options) => {
  const { network, momentum = 0.9, weightDecay = 1e-4 } = options;
  const [kernels, layout] = [await openKernels(), parameterLayout(network)];
  const state = await writeState(kernels, layout, options);
  const { weights, gradient, velocity, mask } = state;
  let pass: ReturnType<typeof trainingPass> | null = null;
  const step = (batch: LabelledBatch, rate: number) => {
    pass ??= trainingPass(network, { kernels, layout, weights, gradient, size: batch.size });
    kernels.floats(gradient, layout.count).fill(0);
    const loss = pass(batch);
    kernels.call.descend(
      ...[weights, gradient, velocity, mask, layout.count],
      ...[rate, momentum, weightDecay],
    );
    return loss;
  };
  const read = (address: number) => layout.unpack(kernels.floats(address, layout.count));
  return {
    step: async (batch, rate) => step(batch, rate),
    read: async () => ({ params: read(weights), velocity: read(velocity) }),
    dispose: () => {}, // The memory is freed when nothing refers to the engine any more.
  };
};

/** Addresses of the parameters, their gradients, velocities and mask (0 without one). */
async function writeState(
  kernels: Kernels,
  layout: ParameterLayout,
  { params, velocity = {}, mask }: TrainingEngineOptions,
) {
  const values = await layout.pack(params);
  const velocities = await layout.pack(velocity, 0);
  const kept = mask && (await layout.pack(mask, 1));
  kept?.forEach((keep, i) => {
    values[i] *= keep;
    velocities[i] *= keep;
  });
  return {
    weights: kernels.place(values),
    velocity: kernels.place(velocities),
    gradient: kernels.reserve(4 * layout.count),
    mask: kept ? kernels.place(kept) : 0,
  };
}
