import { dispose } from '@tensorflow/tfjs-core';
import { assertFunction, assertOptions } from '../checks';
import { named, namedSteps } from '../errors';
import { createDeviceYieldPoint, longWork } from '../runtime';
import { assertScope } from './amountOf';
import { assertLevels, assertNetworks, sparsitiesOf } from './assertLevels';
import { assertResumable } from './assertResumable';
import { isPrunable } from './isPrunable';
import type { IterativePruningOptions, PruningLevel } from './pruningLevel';
import { clones, type LevelState, type Plan, trainLevel } from './trainLevel';

/**
 * Finds sparse networks by iterative magnitude pruning with rewinding. Level 0 trains the dense network. Every
 * level ℓ after it prunes the trained network to the schedule's sparsity by magnitude, sets the remaining
 * weights back to the rewind point, and trains again with the mask held:
 *
 *     m_ℓ = magnitudeMask(θ_{ℓ−1}, { sparsity: schedule(ℓ), mask: m_{ℓ−1} })
 *     θ_ℓ = train(rewind ⊙ m_ℓ, m_ℓ)
 *
 * The training is the caller's. Every level verifies that it holds the mask: pruned weights must be exactly 0 in
 * the params that it returns ({@link applyMask} after every step of the optimiser makes them so).
 *
 * The function returns an async iterator. A level is computed at the call of `next`, and returned as soon as it
 * is trained. The receiver owns the tensors of a level and may dispose them at once. The iterator keeps the mask
 * and the params of the last level for the next one; this takes no memory while the receiver keeps them too. It
 * disposes its tensors when it ends: after the last level, by an error, by an abort, or by leaving the
 * `for await`. The params of `rewind`, `start` and `resume` are left as they are.
 *
 * To go on after an interruption, pass the last finished level as `resume`. The levels after it are the same as
 * without the interruption, provided that `train` depends on its arguments alone. To start from a dense network
 * that is trained already, pass it as level 0, with `magnitudeMask(params, { count: 0 })` as its mask.
 *
 * @param options - `train`, `rewind`, `schedule` and `levels`; all others have defaults.
 * @returns An iterator over the levels 0, 1, …, `levels`, or from the one after `resume.level`.
 * @throws InvalidInputError at once when an option is out of range, nothing is prunable, the schedule leaves
 * [0, 1), falls, or prunes at level 0, or `start` or `resume` do not fit `rewind`. While iterating, with the
 * level in the message, when `train` throws, revives pruned weights, or returns other names, shapes or dtypes,
 * or a weight to prune is not finite. The signal's reason on abort, also while `train` runs.
 * @see Frankle & Carbin 2019, The lottery ticket hypothesis (arXiv 1803.03635); Frankle et al. 2020, Linear mode
 * connectivity and the lottery ticket hypothesis (arXiv 1912.05671), for rewinding.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { applyMask, geometric, iterativeMagnitudePruning, type TrainFn } from 'perm-lmc';
 *
 * const rewind = { kernel: tf.randomNormal([8, 4]), bias: tf.zeros([4]) };
 * const train: TrainFn = async (params, mask) =>
 *   tf.tidy(() => applyMask({ ...params, kernel: tf.mul(params.kernel, 1.1) }, mask));
 *
 * const levels = iterativeMagnitudePruning({ train, rewind, schedule: geometric(0.2), levels: 3 });
 * for await (const { level, density, mask, params } of levels) {
 *   density; // 1, 0.8125, 0.625, 0.5: of 32 weights 0, 6, 12, 16 are pruned
 *   tf.dispose([mask, params]);
 * }
 * ```
 */
export function iterativeMagnitudePruning(
  options: IterativePruningOptions,
): AsyncGenerator<PruningLevel, void, void> {
  return named('iterativeMagnitudePruning', () => {
    assertOptions(options, {
      train: true,
      rewind: true,
      schedule: true,
      levels: true,
      start: true,
      scope: true,
      prunable: true,
      resume: true,
      signal: true,
      onProgress: true,
    });
    const {
      train,
      rewind,
      schedule,
      levels,
      start,
      scope = 'global',
      prunable = isPrunable,
      resume,
    } = options;
    const { signal, onProgress } = longWork(options);
    assertFunction('train', train, 'Pass a function that trains params under a mask');
    assertFunction('schedule', schedule, 'Pass a schedule, such as geometric(0.2)');
    assertScope(scope);
    assertLevels(levels, resume);
    assertNetworks({ rewind, start, resume, prunable });
    const sparsities = sparsitiesOf(schedule, levels);
    const yieldPoint = createDeviceYieldPoint(signal);
    const plan = {
      train,
      rewind,
      start,
      sparsities,
      scope,
      prunable,
      signal,
      yieldPoint,
      onProgress,
    };
    return namedSteps('iterativeMagnitudePruning', levelsOf(plan, resume));
  });
}

async function* levelsOf(
  plan: Plan,
  resume: IterativePruningOptions['resume'],
): AsyncGenerator<PruningLevel, void, void> {
  const last = plan.sparsities.length - 1;
  let state: LevelState | null = null;
  try {
    await plan.yieldPoint();
    if (resume) {
      await assertResumable(plan, resume);
      state = { mask: clones(resume.mask), params: clones(resume.params), density: Number.NaN };
    }
    for (let level = resume ? resume.level + 1 : 0; level <= last; level++) {
      const before: LevelState | null = state;
      state = null; // Taken over by trainLevel.
      state = await trainLevel(plan, level, before);
      const { density }: LevelState = state;
      if (level < last) {
        yield { level, density, mask: clones(state.mask), params: clones(state.params) };
      } else {
        const { mask, params } = state;
        state = null; // Nothing is kept for a level that does not come.
        yield { level, density, mask, params };
      }
    }
  } finally {
    dispose([state?.mask, state?.params]);
  }
}
