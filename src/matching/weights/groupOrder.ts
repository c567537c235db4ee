import { shown } from '../../checks';
import { invalid } from '../../errors';
import { shuffled } from '../../permutation/internal';
import type { RandomSource } from '../../runtime';

/**
 * The order in which a sweep visits the groups: as they first appear in the spec, the reverse, at random
 * (anew for every sweep), or a list of the names of all groups.
 */
export type GroupOrder = 'forward' | 'backward' | 'random' | readonly string[];

/** A function that returns the order of the next sweep. */
export function sweepOrders(
  order: GroupOrder,
  groups: readonly string[],
  random: RandomSource,
): () => readonly string[] {
  if (order === 'forward') return () => groups;
  if (order === 'backward') return () => [...groups].reverse();
  if (order === 'random') return () => shuffled([...groups], random);
  return () => order;
}

/** Throws unless `order` is an order of these groups. */
export function assertOrder(order: GroupOrder, groups: readonly string[]): void {
  if (order === 'forward' || order === 'backward' || order === 'random') return;
  const listed = new Set(Array.isArray(order) ? order : []);
  const complete =
    listed.size === groups.length &&
    order.length === groups.length &&
    groups.every((group) => listed.has(group));
  if (!complete) {
    throw invalid(
      `order must be 'forward', 'backward', 'random' or hold every group once, received ${Array.isArray(order) ? `[${order.map(shown)}]` : shown(order)}`,
      `The groups are ${groups.map((group) => `'${group}'`).join(', ')}`,
      { param: 'order', received: order },
    );
  }
}
