import { invalid } from '../errors';
import type { Group } from './group';

/** The most groups that a group is inside of: networks have two or three. */
const MOST_OUTER = 32;

/** Throws if groups are inside each other too deep. Each is listed after its parents. */
export function assertGroupDepth(groups: readonly Group[]): void {
  const outer = new Map<string, number>();
  for (const { name, parents = [] } of groups) {
    const own = parents.reduce((most, { group }) => Math.max(most, 1 + (outer.get(group) ?? 0)), 0);
    if (own > MOST_OUTER) {
      throw invalid(
        `group '${name}' is inside ${own} others, each inside the next, more than ${MOST_OUTER}`,
        `Write '${name}' as a group inside fewer others, or as a free group`,
        { param: 'groups', received: name },
      );
    }
    outer.set(name, own);
  }
}
