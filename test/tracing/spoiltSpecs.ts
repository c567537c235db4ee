import type { AxisSpec, Group, Params, PermutationSpec } from 'perm-lmc';
import type { RandomSource } from '../../src/runtime/randomSource';

/** A spec with one thing in it made wrong, or changed at least. */
export interface SpoiltSpec {
  readonly how: string;
  readonly spec: PermutationSpec;
}

/** One axis of one parameter. */
interface Place {
  readonly param: string;
  readonly axis: number;
  readonly item: AxisSpec;
  readonly size: number;
}

/** Ways to spoil a spec; each gives all that it can make of it. */
const ways: Record<string, (spec: PermutationSpec, places: readonly Place[]) => PermutationSpec[]> =
  {
    'drop a group from one axis': (spec, places) =>
      groupAxes(places).map((place) => put(spec, place, { kind: 'fixed', size: place.size })),
    'give one axis a group of its own': (spec, places) =>
      groupAxes(places).map((place) =>
        put(add(spec, 'own', place.size), place, { kind: 'group', group: 'own' }),
      ),
    'move a fixed axis': (spec, places) =>
      places
        .filter(({ item, size }) => item.kind === 'fixed' && size > 1)
        .map((place) => put(add(spec, 'own', place.size), place, { kind: 'group', group: 'own' })),
    'join a fixed axis to a group': (spec, places) =>
      places
        .filter(({ item }) => item.kind === 'fixed')
        .flatMap((place) =>
          freeGroups(spec, place.size).map(({ name }) =>
            put(spec, place, { kind: 'group', group: name }),
          ),
        ),
    'merge two groups': (spec) =>
      freeGroups(spec).flatMap((a, i) =>
        freeGroups(spec, a.size)
          .filter((b) => freeGroups(spec).indexOf(b) > i)
          .map((b) => renamed(spec, b.name, a.name)),
      ),
    'put another group on an axis': (spec, places) =>
      groupAxes(places).flatMap((place) =>
        freeGroups(spec, place.size)
          .filter(({ name }) => name !== (place.item as { group: string }).group)
          .map(({ name }) => put(spec, place, { kind: 'group', group: name })),
      ),
    'swap the factors of a product': (spec, places) =>
      places.flatMap((place) =>
        place.item.kind === 'product'
          ? [put(spec, place, { ...place.item, factors: [...place.item.factors].reverse() })]
          : [],
      ),
    'swap the segments of a concatenation': (spec, places) =>
      places.flatMap((place) =>
        place.item.kind === 'concat'
          ? [put(spec, place, { ...place.item, segments: [...place.item.segments].reverse() })]
          : [],
      ),
    'shift the units of one axis': (spec, places) =>
      groupAxes(places).map((place) => {
        const { group } = place.item as { group: string };
        const index = Array.from({ length: place.size }, (_, u) => (u + 1) % place.size);
        return put(spec, place, { kind: 'entries', size: place.size, entries: [{ group, index }] });
      }),
    'shift an entry': (spec, places) =>
      places.flatMap((place) => {
        const { item } = place;
        if (item.kind !== 'entries') return [];
        return item.entries.map(({ group, index }, i) => {
          const shifted = { group, index: [...index.slice(1), index[0]] };
          return put(spec, place, { ...item, entries: item.entries.with(i, shifted) });
        });
      }),
    'drop an entry': (spec, places) =>
      places.flatMap((place) => {
        const { item } = place;
        if (item.kind !== 'entries' || item.entries.length < 2) return [];
        return item.entries.map((_, i) =>
          put(spec, place, { ...item, entries: item.entries.toSpliced(i, 1) }),
        );
      }),
    'swap the axes of a square': (spec) =>
      Object.entries(spec.params).flatMap(([param, { axes, optional }]) =>
        axes.length === 2
          ? [
              {
                ...spec,
                params: { ...spec.params, [param]: { axes: [...axes].reverse(), optional } },
              },
            ]
          : [],
      ),
  };

/** Up to `count` spoilt specs, each by another way, drawn at random. */
export function spoiltSpecs(
  spec: PermutationSpec,
  params: Params,
  random: RandomSource,
  count: number,
): SpoiltSpec[] {
  const places = Object.entries(spec.params).flatMap(([param, { axes }]) =>
    axes.map((item, axis): Place => ({ param, axis, item, size: params[param].shape[axis] })),
  );
  const all = Object.entries(ways).flatMap(([how, spoil]) => {
    const made = spoil(spec, places);
    return made.length > 0 ? [{ how, spec: made[random.below(made.length)] }] : [];
  });
  while (all.length > count) all.splice(random.below(all.length), 1);
  return all;
}

/** Axes that are one free group. */
function groupAxes(places: readonly Place[]): Place[] {
  return places.filter(
    ({ item, size }) => item.kind === 'group' && item.within === undefined && size > 1,
  );
}

function freeGroups({ groups }: PermutationSpec, size?: number | null): Group[] {
  const parents = new Set(groups.flatMap((group) => (group.parents ?? []).map((p) => p.group)));
  return groups.filter(
    (group) =>
      !group.parents?.length &&
      !parents.has(group.name) &&
      (size === undefined || group.size === size),
  );
}

function add(spec: PermutationSpec, name: string, size: number): PermutationSpec {
  return { ...spec, groups: [...spec.groups, { name, size }] };
}

function put(spec: PermutationSpec, { param, axis }: Place, item: AxisSpec): PermutationSpec {
  const { axes, optional } = spec.params[param];
  return {
    ...spec,
    params: { ...spec.params, [param]: { axes: axes.with(axis, item), optional } },
  };
}

/** The spec with one group in place of another. */
function renamed(spec: PermutationSpec, from: string, to: string): PermutationSpec {
  const text = JSON.stringify(spec.params).replaceAll(
    `"group":${JSON.stringify(from)}`,
    `"group":${JSON.stringify(to)}`,
  );
  return {
    ...spec,
    groups: spec.groups.filter(({ name }) => name !== from),
    params: JSON.parse(text),
  };
}
