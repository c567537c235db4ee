import { clone, dispose, Tensor, tidy } from '@tensorflow/tfjs-core';
import { invalid } from '../errors';
import type { Params } from '../params';
import { assertComparable, mapParams } from '../params/internal';
import { unlessAborted } from '../runtime';
import { applyMask } from './applyMask';
import { assertHeld } from './assertHeld';
import { prunableNames } from './assertMask';
import { prunedMask } from './prunedMask';
import type { IterativePruningOptions } from './pruningLevel';

/** The options of iterative pruning, checked. */
export interface Plan
  extends Required<Pick<IterativePruningOptions, 'train' | 'rewind' | 'scope' | 'prunable'>>,
    Pick<IterativePruningOptions, 'start' | 'signal' | 'onProgress'> {
  /** The sparsity at every level. */
  readonly sparsities: readonly number[];
  readonly yieldPoint: () => Promise<void>;
}

/** A level as it is kept for the next one. The holder owns all of its tensors. */
export interface LevelState {
  readonly mask: Params;
  readonly params: Params;
  readonly density: number;
}

/**
 * Prunes the network of the level before, rewinds, trains and verifies. It owns `before`, and disposes it as soon
 * as it is pruned. It also disposes all other tensors that it makes. The caller owns the result.
 */
export async function trainLevel(
  plan: Plan,
  level: number,
  before: LevelState | null,
): Promise<LevelState> {
  const { train, prunable, scope, sparsities, signal, yieldPoint, onProgress } = plan;
  const owned: Tensor[] = [];
  const own = <T>(params: T): T => {
    owned.push(...tensorsOf(params));
    return params;
  };
  try {
    own(before?.mask);
    own(before?.params);
    await yieldPoint();
    const begin = await beginning(plan, level, before, own);
    const pruned = before ? inOrderOf(begin, before.params) : begin;
    const made = await prunedMask(pruned, {
      names: prunableNames(begin, prunable),
      mask: before?.mask ?? null,
      amount: { sparsity: sparsities[level] },
      scope,
      yieldPoint,
      whose: before ? `, trained at level ${level - 1},` : ' to start from',
    });
    dispose([before?.mask, before?.params]);
    const mask = own(made.mask);
    const density = made.weights === 0 ? 1 : made.kept / made.weights;
    const progress = { total: sparsities.length, level, density };
    const masked = own(applyMask(begin, mask));
    onProgress?.({ ...progress, done: level, stage: 'training' });
    const trained = own(
      await attempt(plan, 'train', level, () =>
        train({ ...masked }, { ...mask }, { level, signal }),
      ),
    );
    await yieldPoint();
    const what = `what train returned at level ${level}`;
    assertComparable(begin, trained, ['the rewind params', what]);
    assertAlive(mask, level);
    await assertHeld(trained, mask, { who: 'train revived', where: `at level ${level}` });
    onProgress?.({ ...progress, done: level + 1, stage: 'trained' });
    return { mask: clones(mask), params: clones(inOrderOf(begin, trained)), density };
  } finally {
    disposeBut([plan.rewind, plan.start], owned);
  }
}

/** The params that a level starts from: the caller's, or those that `rewind` loads, which are added to `own`. */
async function beginning(
  plan: Plan,
  level: number,
  before: LevelState | null,
  own: <T>(params: T) => T,
): Promise<Params> {
  const { rewind, start } = plan;
  if (level === 0 && start) return start;
  if (typeof rewind !== 'function') return rewind;
  const what = `what rewind returned at level ${level}`;
  const loaded = own(await attempt(plan, 'rewind', level, async () => rewind(level)));
  const known = before?.params ?? start;
  assertComparable(known ?? loaded, loaded, [known ? 'the level before' : what, what]);
  return loaded;
}

/**
 * The params that the user's function returns. An abort rejects with the signal's reason at once, and params that
 * come later are disposed. Other errors become the cause of ours.
 */
async function attempt(
  { rewind, start, signal, yieldPoint }: Plan,
  param: 'train' | 'rewind',
  level: number,
  work: () => Promise<Params>,
): Promise<Params> {
  try {
    return await unlessAborted(work(), signal, (late) => disposeBut([rewind, start], late));
  } catch (error) {
    await yieldPoint();
    const message = error instanceof Error ? error.message : String(error);
    throw invalid(`${param} failed at level ${level}: ${message}`, 'See the cause of this error', {
      param,
      cause: error,
    });
  }
}

function assertAlive(mask: Params, level: number): void {
  const name = Object.keys(mask).find((key) => mask[key].isDisposed);
  if (name === undefined) return;
  throw invalid(
    `train disposed the mask of '${name}' at level ${level}`,
    'The pruning owns it: dispose only tensors that train makes by itself',
    { param: name },
  );
}

/** Clones of the params, which the caller disposes. */
export function clones(params: Params): Params {
  return tidy(() => mapParams(params, (tensor) => clone(tensor)));
}

/** The params in the order of another record, in which ties are broken. */
function inOrderOf(order: Params, params: Params): Params {
  return mapParams(order, (_, name) => params[name]);
}

/** Disposes the tensors that are not the caller's. */
function disposeBut(theirs: readonly unknown[], tensors: unknown): void {
  const kept = new Set(theirs.flatMap(tensorsOf));
  dispose(tensorsOf(tensors).filter((tensor) => !kept.has(tensor)));
}

/** The tensors of params; none if the value is not a record. */
function tensorsOf(params: unknown): Tensor[] {
  if (typeof params !== 'object' || params === null) return [];
  return Object.values(params).filter((value) => value instanceof Tensor);
}
