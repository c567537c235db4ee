import type { MatchMethod } from '../matching';
import { UsageError } from './exit';
import type { MatchFlags } from './matchByFlags';

/** The methods that match on data. */
export const DATA_METHODS = ['activations', 'straight-through', 'sinkhorn'] as const;

/** The methods that match on data, in words. */
export const METHODS_ON_DATA = `--method ${DATA_METHODS.slice(0, -1).join(', ')} or ${DATA_METHODS.at(-1)}`;

/** A method that matches on data. */
export type DataMethod = (typeof DATA_METHODS)[number];

/** A method of the command line. */
export type CommandMethod = MatchMethod | DataMethod;

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

/** True for a method that matches on data. */
export function isDataMethod(method: CommandMethod | undefined): method is DataMethod {
  return DATA_METHODS.some((name) => name === method);
}

/** Throws if a flag is for other methods than the one chosen. */
export function assertMethodFlags(flags: Partial<Pick<MatchFlags, SpecialFlag | 'method'>>): void {
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
