import { listNames, shown } from '../../checks';
import { invalid } from '../../errors';
import { listsBy } from '../../params/internal';
import type { PermutationSpec } from '../../symmetry';
import { assertRoles, type ResolvedGroup, type ResolvedSpec } from '../../symmetry/internal';
import { assertSeparate } from '../units/assertSeparate';
import { assertReachable, type MergeLimits } from './mergeBudgets';
import type { ZipSettings } from './zipOptions';

/** The groups to zip, with their limits, and the parameters that the networks keep. */
export interface ZipPlan {
  /** In the order of the spec. */
  readonly groups: readonly MergeLimits[];
  /** The parameters of the trunk, whose units are all zipped. */
  readonly trunk: readonly string[];
  /** All other parameters if the zip stops at a group, else none. */
  readonly heads: readonly string[];
}

/**
 * Plans a zip.
 *
 * @param resolved - The spec with the sizes of each network.
 * @param names - The names of all parameters.
 * @throws InvalidInputError when a group cannot be zipped, the zip cannot stop where it should, or a size cannot be
 * reached.
 */
export function planZip(
  spec: PermutationSpec,
  resolved: readonly ResolvedSpec[],
  names: readonly string[],
  settings: ZipSettings,
): ZipPlan {
  const [first] = resolved;
  const { stopAt } = settings;
  const zipped = groupsUpTo(first.groups, stopAt);
  assertSizes(zipped, settings.sizes);
  assertFree(first.groups, zipped);
  assertRoles(first, 'zipping', zipped);
  for (const { name, joint = [] } of spec.groups) {
    if (!zipped.has(name)) continue;
    assertSeparate(name, joint, settings.inexact, 'Stop before it with { stopAt }');
  }
  const trunk = stopAt === undefined ? names : trunkOf(first, zipped);
  if (stopAt !== undefined) assertNotAlive(first, stopAt);
  const groups = [...zipped].map((name) => limitsOf(name, resolved, settings));
  for (const limits of groups) assertReachable(limits);
  const inTrunk = new Set(trunk);
  return { groups, trunk, heads: names.filter((name) => !inTrunk.has(name)) };
}

function groupsUpTo(groups: readonly ResolvedGroup[], stopAt: string | undefined): Set<string> {
  const names = groups.map(({ name }) => name);
  if (stopAt === undefined) return new Set(names);
  const end = names.indexOf(stopAt);
  if (end >= 0) return new Set(names.slice(0, end + 1));
  throw invalid(
    `stopAt is ${shown(stopAt)}, which is no group of the networks`,
    `Pass one of ${listNames(names, 10)}, or leave it out to zip all groups`,
    { param: 'stopAt', received: stopAt },
  );
}

function assertSizes(zipped: ReadonlySet<string>, sizes: Readonly<Record<string, number>>): void {
  for (const [name, size] of Object.entries(sizes)) {
    if (zipped.has(name) && Number.isSafeInteger(size) && size >= 1) continue;
    throw invalid(
      zipped.has(name)
        ? `sizes gives group '${name}' ${shown(size)} units`
        : `sizes names '${name}', which is not a group to zip`,
      `Give an integer ≥ 1 for groups among ${listNames([...zipped], 10)}`,
      { param: 'sizes', received: zipped.has(name) ? size : name },
    );
  }
}

/** Throws if a group to zip is inside another, or has others inside it. */
function assertFree(groups: readonly ResolvedGroup[], zipped: ReadonlySet<string>): void {
  const inner = groups.find(
    ({ name, parent }) => parent !== null && (zipped.has(name) || zipped.has(parent)),
  );
  if (!inner) return;
  throw invalid(
    `group '${inner.name}' is inside the units of group '${inner.parent}': merges of both at once are not supported`,
    'Stop before them with { stopAt }, or align the networks with weightMatch and average them',
    { param: 'spec', received: inner.name },
  );
}

/** The parameters that produce units of these groups and none of others, from inputs that are zipped or fixed. */
function trunkOf({ places }: ResolvedSpec, zipped: ReadonlySet<string>): string[] {
  const byParam = listsBy(places, ({ param }) => [param]);
  return [...byParam].flatMap(([param, own]) => {
    const isZipped = own.every(({ group }) => zipped.has(group));
    return isZipped && own.some(({ role }) => role === 'producer') ? [param] : [];
  });
}

/** Throws if a layer above the trunk produces units of a zipped group. */
function assertNotAlive(resolved: ResolvedSpec, stopAt: string): void {
  const alive = aliveAfter(resolved, stopAt);
  if (!alive) return;
  const { groups } = resolved;
  const stops = groups.filter(({ name }) => !aliveAfter(resolved, name)).map(({ name }) => name);
  throw invalid(
    `the zip cannot stop at group '${stopAt}': '${alive.param}', above it, adds to group '${alive.group}', which is zipped`,
    stops.length > 0 ? `Stop at ${listNames(stops, 10)}` : 'Leave out stopAt to zip all groups',
    { param: 'stopAt', received: stopAt },
  );
}

/** A place at which a layer above the trunk produces units of a group in it; undefined if there is none. */
function aliveAfter(resolved: ResolvedSpec, stopAt: string) {
  const zipped = groupsUpTo(resolved.groups, stopAt);
  const trunk = new Set(trunkOf(resolved, zipped));
  return resolved.places.find(
    ({ param, group, role }) => zipped.has(group) && role !== 'consumer' && !trunk.has(param),
  );
}

function limitsOf(
  group: string,
  resolved: readonly ResolvedSpec[],
  { sizes, ratio, alpha, beta }: ZipSettings,
): MergeLimits {
  const units = resolved.map(({ groups }) => groups.find(({ name }) => name === group)!.size);
  const size = Object.hasOwn(sizes, group)
    ? sizes[group]
    : Math.max(1, Math.round(ratio * Math.max(...units)));
  return { group, units, size, alpha, beta };
}
