import type { DataFlags } from './dataFlags';
import { type DataMethod, isDataMethod, METHODS_ON_DATA } from './dataMethod';
import { UsageError } from './exit';
import type { MatchFlags } from './matchByFlags';

/** The flags that are not for all methods. */
const SPECIAL = {
  seed: '--seed',
  restarts: '--restarts',
  start: '--start',
  initial: '--initial',
  search: '--search',
  maxSweeps: '--max-sweeps',
  kernel: '--kernel',
  order: '--order',
  includeStatistics: '--include-statistics',
  memory: '--memory',
  threads: '--threads',
  steps: '--steps',
  learningRate: '--learning-rate',
} as const;

type SpecialFlag = keyof typeof SPECIAL;

const OF_LEARNING: readonly SpecialFlag[] = ['steps', 'learningRate'];
const LEARNING = ['seed', 'initial', 'includeStatistics', ...OF_LEARNING] as const;

/** The special flags that a method on data takes. */
const TAKEN: Readonly<Record<DataMethod, readonly SpecialFlag[]>> = {
  activations: ['kernel'],
  'straight-through': LEARNING,
  sinkhorn: LEARNING,
};

/** Throws if a match on data lacks them, or a flag is for other methods than the one chosen. */
export function assertMethod(flags: Partial<MatchFlags> & DataFlags): void {
  assertMethodFlags(flags);
  const { method, data } = flags;
  if (!isDataMethod(method) || data !== undefined) return;
  const needs = method === 'activations' ? 'samples' : 'samples and labels';
  throw new UsageError(`--method ${method} needs ${needs}: pass --data FILE`);
}

/** Throws unless data are passed exactly where a match uses them. */
export function assertDataUsed(flags: Partial<MatchFlags> & DataFlags): void {
  assertMethod(flags);
  if (isDataMethod(flags.method) || flags.data === undefined) return;
  throw new UsageError(`--data is for ${METHODS_ON_DATA}: pass one of them, or leave out --data`);
}

/** Throws if a flag is for other methods than the one chosen. */
function assertMethodFlags(flags: Partial<Pick<MatchFlags, SpecialFlag | 'method'>>): void {
  const { method } = flags;
  const given = (Object.keys(SPECIAL) as SpecialFlag[]).filter((name) => flags[name] !== undefined);
  if (!isDataMethod(method)) {
    const learning = given.find((name) => OF_LEARNING.includes(name));
    if (learning === undefined) return;
    throw new UsageError(
      `${SPECIAL[learning]} is for --method straight-through and sinkhorn: pass one of them, or leave it out`,
    );
  }
  const idle = given.find((name) => !TAKEN[method].includes(name));
  if (idle !== undefined) {
    throw new UsageError(`--method ${method} takes no ${SPECIAL[idle]}: leave it out`);
  }
}
