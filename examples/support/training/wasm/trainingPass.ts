import type { LayerNormNetwork } from '../../layerNorm/layerNormNetwork';
import type { LabelledBatch } from '../trainingEngine';
import { lossGradients } from './lossGradients';
import { BLOCK } from './maps';
import { networkPlan } from './networkPlan';
import type { PlanOptions } from './planOptions';

/** Blocks that pass forwards and backwards together. */
const BLOCKS = 4;

/**
 * A function that adds the gradients of a batch's mean cross-entropy to those in memory, and returns the mean
 * before. All batches must have images of one size.
 */
export function trainingPass(
  network: LayerNormNetwork,
  options: Omit<PlanOptions, 'blocks'>,
): (batch: LabelledBatch) => number {
  const { kernels, size } = options;
  const plan = networkPlan(network, { ...options, blocks: BLOCKS });
  const [length, samples] = [3 * size ** 2, BLOCK * BLOCKS];
  const staged = kernels.reserve(4 * samples * length);
  const floatsOfHead = (address: number, blocks: number) =>
    kernels.floats(address, blocks * network.classes * BLOCK);

  /** The first samples of `images`; the rest of their last block is zeros. */
  const stage = (images: Float32Array, blocks: number) => {
    const values = kernels.floats(staged, samples * length);
    values.set(images);
    values.fill(0, images.length);
    for (let i = 0; i < blocks; i++) {
      const at = 4 * i * BLOCK * length;
      kernels.call.blockFloats(staged + at, plan.input.address + at, length);
    }
  };
  return (batch) => {
    if (batch.size !== size)
      throw new Error(
        `this engine has begun with images of ${size} × ${size} pixels, not ${batch.size}`,
      );
    plan.transpose();
    let loss = 0;
    for (let begin = 0; begin < batch.count; begin += samples) {
      const end = Math.min(begin + samples, batch.count);
      const blocks = Math.ceil((end - begin) / BLOCK);
      stage(batch.images.subarray(begin * length, end * length), blocks);
      plan.forward(blocks);
      loss += lossGradients(
        floatsOfHead(plan.logits, blocks),
        batch.labels.subarray(begin, end),
        1 / batch.count,
        floatsOfHead(plan.logitGradients, blocks),
      );
      plan.backward(blocks);
    }
    return loss / batch.count;
  };
}
