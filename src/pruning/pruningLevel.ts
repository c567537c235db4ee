import type { Params } from '../params';
import type { LongWorkOptions, Progress } from '../runtime';
import type { PruningScope } from './amountOf';
import type { PrunableFilter } from './isPrunable';
import type { Schedule } from './schedule';

/** A level of iterative pruning: a mask, and a network trained under it. */
export interface PruningLevel {
  /** The level: 0 for the dense network, then 1, 2, … */
  readonly level: number;
  /** The fraction of the prunable weights that the mask keeps. */
  readonly density: number;
  /** The mask: zeros and ones, in the order of the rewind params; all ones at level 0. */
  readonly mask: Params;
  /** The trained params, 0 where the mask is. */
  readonly params: Params;
}

/**
 * Trains a network under a mask, and returns the trained params: for every parameter a new tensor, or the one
 * that it received. Pruned weights must be exactly 0 in them. The pruning owns the tensors that the function
 * returns, and disposes them; the function must neither change nor dispose those that it receives. When the
 * signal is aborted, it should end early by throwing: the pruning does not wait for it, disposes the params and the
 * mask, and disposes params that it returns later.
 */
export type TrainFn = (
  params: Params,
  mask: Params,
  context: { readonly level: number; readonly signal?: AbortSignal },
) => Promise<Params>;

/**
 * Loads the params that a level starts from. It must return new tensors at every call: the pruning owns and
 * disposes them. On abort it is not waited for, and params that it returns later are disposed.
 */
export type RewindFn = (level: number) => Params | Promise<Params>;

/** Progress of iterative pruning, before and after the training of each level. */
export interface PruningProgress extends Progress {
  /** The number of levels trained so far, those up to `resume` included. */
  readonly done: number;
  /** The number of levels, the dense one included: `levels` + 1. */
  readonly total: number;
  /** The current level, from 0. */
  readonly level: number;
  /** The stage of the level: its training begins, or has ended. */
  readonly stage: 'training' | 'trained';
  /** The fraction of the prunable weights that the level's mask keeps. */
  readonly density: number;
}

/** Options of `iterativeMagnitudePruning`. */
export interface IterativePruningOptions extends LongWorkOptions<PruningProgress> {
  /** Trains a network under a mask. */
  train: TrainFn;
  /** The params that every level starts from (the caller owns them), or a function that loads them. */
  rewind: Params | RewindFn;
  /** The sparsity at each level; 0 at level 0. It must not fall. */
  schedule: Schedule;
  /** The number of levels that prune, an integer in 0 … 10000. `levels` + 1 networks are trained. */
  levels: number;
  /** The params that dense training, level 0, starts from: the initialisation. Default: `rewind`. */
  start?: Params;
  /** Compares all prunable weights together, or those of each parameter. Default `'global'`. */
  scope?: PruningScope;
  /** Chooses the parameters that are pruned. Default `isPrunable`. */
  prunable?: PrunableFilter;
  /** The last finished level of an earlier run with the same options; the run continues after it. Default: none. */
  resume?: Omit<PruningLevel, 'density'>;
}
