import type { Params } from '../params';
import type { LongWorkOptions, Progress } from '../runtime';
import type { PruningScope } from './amountOf';
import type { PrunableFilter } from './isPrunable';
import type { Schedule } from './schedule';

/** A level of iterative pruning: a mask, and a network trained under it. */
export interface PruningLevel {
  /** 0 for the dense network, then 1, 2, … */
  readonly level: number;
  /** The fraction of the prunable weights that the mask keeps. */
  readonly density: number;
  /** Zeros and ones, in the order of the rewind params; all ones at level 0. */
  readonly mask: Params;
  /** The trained params, 0 where the mask is. */
  readonly params: Params;
}

/**
 * Trains a network under a mask, and returns what was trained: new tensors, or those that it was given, for
 * all parameters. What the mask prunes must be exactly 0 in it. What it returns passes to the pruning,
 * which disposes it; what it is given stays the pruning's, to be neither changed nor disposed. It should end
 * early, by throwing, when the signal is aborted.
 */
export type TrainFn = (
  params: Params,
  mask: Params,
  context: { readonly level: number; readonly signal?: AbortSignal },
) => Promise<Params>;

/**
 * Loads the params that a level starts from. What it returns passes to the pruning, which disposes it once it
 * is masked: return new tensors at every call.
 */
export type RewindFn = (level: number) => Params | Promise<Params>;

/** Progress of iterative pruning, before and after the training of each level. */
export interface PruningProgress extends Progress {
  /** Levels trained so far, those before `resume` included. */
  readonly done: number;
  /** Levels to train, the dense one included: `levels` + 1. */
  readonly total: number;
  /** The level that is being worked on, from 0. */
  readonly level: number;
  /** The stage of the level: its training begins, or has ended. */
  readonly stage: 'training' | 'trained';
  /** The fraction of the prunable weights that its mask keeps. */
  readonly density: number;
}

/** Options of `iterativeMagnitudePruning`. */
export interface IterativePruningOptions extends LongWorkOptions<PruningProgress> {
  /** Trains a network under a mask. */
  train: TrainFn;
  /** The params that every level starts from, which stay the caller's, or a function that loads them. */
  rewind: Params | RewindFn;
  /** The sparsity at each level; 0 at level 0. It must not fall. */
  schedule: Schedule;
  /** The last level, an integer ≥ 0: how often to prune. `levels` + 1 networks are trained. */
  levels: number;
  /** The params that dense training, level 0, starts from: the initialisation. Default: `rewind`. */
  start?: Params;
  /** Compares all prunable weights together, or those of each parameter. Default `'global'`. */
  scope?: PruningScope;
  /** Chooses the parameters that are pruned. Default `isPrunable`. */
  prunable?: PrunableFilter;
  /** The last level of an earlier run with the same options; the next to come is the one after it. Default: none. */
  resume?: Omit<PruningLevel, 'density'>;
}
