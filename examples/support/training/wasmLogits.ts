import type { Params } from 'perm-lmc';
import { type LabelledPhotos, standardised } from '../cifar';
import type { LayerNormNetwork } from '../layerNorm/layerNormNetwork';
import { BLOCK } from './wasm/maps';
import { networkPlan } from './wasm/networkPlan';
import { openKernels } from './wasm/openKernels';
import { parameterLayout } from './wasm/parameterLayout';

/** The logits [count, classes] of photographs for parameters of a network, row-major. */
export type Logits = (params: Params) => Promise<Float32Array>;

/**
 * A function from parameters to the logits of these photographs, computed in WebAssembly on one core. It keeps the
 * photographs as they are, and memory for `batchSize` samples.
 *
 * @param options - `batchSize`, the number of samples that pass through a layer together. Default 16.
 */
export function wasmLogits(
  network: LayerNormNetwork,
  photos: Pick<LabelledPhotos, 'bytes' | 'count' | 'size'>,
  { batchSize = 16 }: { batchSize?: number } = {},
): Logits {
  let opened: ReturnType<typeof openPasses> | null = null;
  return async (params) => {
    opened ??= openPasses(network, photos, Math.ceil(batchSize / BLOCK));
    const passes = await opened;
    // From here on nothing waits, so that calls at the same time don't mix.
    passes.setParams(await passes.pack(params));
    const logits = new Float32Array(photos.count * network.classes);
    for (let begin = 0; begin < photos.count; begin += passes.samples) passes.run(begin, logits);
    return logits;
  };
}

async function openPasses(
  network: LayerNormNetwork,
  { bytes, count, size }: Pick<LabelledPhotos, 'bytes' | 'count' | 'size'>,
  blocks: number,
) {
  const kernels = await openKernels();
  const layout = parameterLayout(network);
  const weights = kernels.reserve(4 * layout.count);
  const plan = networkPlan(network, { kernels, layout, size, blocks, weights, gradient: null });
  const [length, samples] = [3 * size ** 2, BLOCK * blocks];
  const photo = kernels.reserve(samples * length);
  const levels = Uint8Array.from({ length: 3 * 256 }, (_, i) => Math.floor(i / 3));
  const table = kernels.place(standardised(levels));
  return {
    samples,
    pack: (params: Params) => layout.pack(params),
    setParams: (values: Float32Array) => kernels.floats(weights, layout.count).set(values),
    /** Writes the logits of the next samples from `begin` on. */
    run: (begin: number, to: Float32Array) => {
      const present = Math.min(samples, count - begin);
      const used = Math.ceil(present / BLOCK);
      const staged = bytes.subarray(begin * length, (begin + present) * length);
      new Uint8Array(kernels.memory.buffer, photo, samples * length).fill(0, staged.length);
      new Uint8Array(kernels.memory.buffer, photo, samples * length).set(staged);
      for (let i = 0; i < used; i++) {
        const at = i * BLOCK * length;
        kernels.call.blockBytes(photo + at, plan.input.address + 4 * at, table, length);
      }
      plan.forward(used);
      const { classes } = network;
      const values = kernels.floats(plan.logits, used * classes * BLOCK);
      for (let i = 0; i < present; i++) {
        const at = Math.floor(i / BLOCK) * classes * BLOCK + (i % BLOCK);
        for (let c = 0; c < classes; c++) to[(begin + i) * classes + c] = values[at + c * BLOCK];
      }
    },
  };
}
