import { dispose, mul, tidy } from '@tensorflow/tfjs-core';
import { differentiate } from '../../../gradients/internal';
import { mixture } from '../../../merging/internal';
import type { NetworkInput, Params } from '../../../params';
import { mapParams } from '../../../params/internal';
import { randomSource, readAndDispose } from '../../../runtime';
import { permuteResolved, type ResolvedSpec } from '../../../symmetry/internal';
import type { BatchQueue } from '../batchQueue';
import type { LearningBatch } from '../learningData';
import { assertFiniteLoss, type LearningTask, lossOn, meanLoss } from '../lossOn';
import type { SoftObjective } from './softObjective';

/** An objective of the loss between the networks. */
type TaskObjective = 'midpoint' | 'random';

/** Settings of {@link taskObjective}. */
export interface TaskSettings<Input extends NetworkInput> {
  readonly kind: TaskObjective;
  readonly task: LearningTask<Input>;
  readonly queue: BatchQueue<Input>;
  /** The samples that permutations are compared on. */
  readonly validation: readonly LearningBatch<Input>[];
  readonly seed: number;
  readonly yieldPoint: () => Promise<void>;
}

/** The shares of B at which permutations are compared. */
const SHARES = { midpoint: [0.5], random: [0.25, 0.5, 0.75] };

/**
 * L((1 − λ) A + λ θ(P)) on a batch, with λ = ½ or uniform on (0, 1), anew for each batch. Permutations are compared by
 * the mean of L at λ = ½, or at ¼, ½ and ¾.
 */
export function taskObjective<Input extends NetworkInput>(
  resolved: ResolvedSpec,
  a: Params,
  b: Params,
  { kind, task, queue, validation, seed, yieldPoint }: TaskSettings<Input>,
): SoftObjective {
  const random = randomSource(seed, 1);
  return {
    async lossAt(soft, step) {
      const share = kind === 'midpoint' ? 0.5 : (random.below(2 ** 30) + 0.5) / 2 ** 30;
      const mixed = between(a, soft, share);
      try {
        const batch = await queue.next();
        const { value, gradients } = differentiate(lossOn(batch, task), mixed);
        try {
          const [loss] = await readAndDispose(value);
          await assertFiniteLoss(loss, `step ${step + 1}`, mixed, batch, task);
          return { loss, upstream: tidy(() => mapParams(gradients, (each) => mul(each, share))) };
        } finally {
          dispose(gradients);
        }
      } finally {
        dispose(mixed);
      }
    },
    async measure(permutations) {
      const permuted = permuteResolved(resolved, b, permutations);
      try {
        let sum = 0;
        for (const share of SHARES[kind]) {
          const mixed = between(a, permuted, share);
          try {
            sum += await meanLoss(mixed, validation, task, { at: `λ = ${share}`, yieldPoint });
          } finally {
            dispose(mixed);
          }
        }
        return sum / SHARES[kind].length;
      } finally {
        dispose(permuted);
      }
    },
  };
}

function between(a: Params, soft: Params, share: number): Params {
  return mixture([a, soft], [1 - share, share], { integers: 'first' });
}
