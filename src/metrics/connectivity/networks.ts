import { invalid } from '../../errors';
import type { Checkpoint, NamedCheckpoint } from './checkpoint';

/** Networks by name, or a list, which gives them the names 0, 1, 2 …. */
export type Networks = readonly Checkpoint[] | Readonly<Record<string, Checkpoint>>;

/** Two networks of a set, each with its index in it. */
export interface PairOfNetworks {
  readonly i: number;
  readonly j: number;
  readonly a: NamedCheckpoint;
  readonly b: NamedCheckpoint;
}

/** The networks with their names; throws unless there are at least so many. */
export function namedNetworks(
  fn: string,
  networks: Networks,
  least: number,
  reason: string,
): NamedCheckpoint[] {
  if (typeof networks !== 'object' || networks === null) {
    throw invalid(
      fn,
      `networks must be a list or a record, received ${networks === null ? 'null' : typeof networks}`,
      'Pass params, or functions that load them',
    );
  }
  const named = Object.entries(networks).map(([name, checkpoint]) => ({ name, checkpoint }));
  if (named.length < least) {
    throw invalid(fn, `expected at least ${least} networks, received ${named.length}`, reason);
  }
  return named;
}

/** Every pair once, in order. */
export function pairsOf(named: readonly NamedCheckpoint[]): PairOfNetworks[] {
  return named.flatMap((a, i) =>
    named.slice(i + 1).map((b, k): PairOfNetworks => ({ i, j: i + 1 + k, a, b })),
  );
}
