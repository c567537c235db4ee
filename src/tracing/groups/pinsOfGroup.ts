import { listsBy } from '../../params/internal';
import type { DerivedSpec } from '../deriveSpec';
import { rootOf, type Space } from '../labels/constraints';
import type { TracedParam } from '../labels/tracedParam';
import type { Produced } from './nameGroups';
import type { Pin, Symmetries } from './unitGroup';

/** Pins that fix a group: its digit is kept at all positions of these spaces. Other digits may still move. */
export function pinsOfGroup(
  spaces: readonly Space[],
  { groups, layout }: Symmetries,
  group: number,
  why: string,
): Pin[] {
  const slots = groups.map((each) => each.slots.filter((slot) => slot.group === group));
  return [...new Set(spaces.map(rootOf))].flatMap((space) => {
    const at = layout(space);
    if (!at?.present.some((each) => slots[each].length > 0)) return [];
    const kinds = at.groups.map((each, i) =>
      each < 0 || slots[each].length === 0
        ? -1
        : slots[each].reduce((kind, { count, digits }) => kind * count + digits[at.units[i]], 0),
    );
    return kinds.some((kind) => kind >= 0) ? [{ space, kinds, why }] : [];
  });
}

/**
 * Pins for suspect groups: those on one axis of one parameter that no parameter produces. Nothing in the trace ties
 * their units to other units. An example is the recurrent kernel of an LSTM traced with one step, whose state is
 * still zero.
 */
export function pinsOfSuspects(
  symmetries: Symmetries,
  { numbers }: DerivedSpec,
  params: readonly TracedParam[],
  produced: readonly Produced[],
): { pins: readonly Pin[]; warnings: readonly string[] } {
  const { groups, layout } = symmetries;
  const slotsOf = (space: Space) =>
    (layout(space)?.present ?? []).flatMap((group) => groups[group].slots.map((s) => s.group));
  const outputs = new Set(produced.flatMap(({ space }) => slotsOf(space)));
  const places = params.flatMap(({ name, label, used }) =>
    used ? label.bundles.map(({ space, axes }) => ({ name, axes, space })) : [],
  );
  const placesOf = listsBy(places, ({ space }) => slotsOf(space));
  const pins: Pin[] = [];
  const warnings: string[] = [];
  for (const group of numbers.values()) {
    const own = placesOf.get(group) ?? [];
    if (own.length !== 1 || outputs.has(group)) continue;
    const [{ name, axes, space }] = own;
    pins.push(...pinsOfGroup([space], symmetries, group, 'it meets no other units that move'));
    warnings.push(
      `axis ${axes.join(', ')} of '${name}' is fixed, since it meets no other units that move: trace with an input that reaches it (for a recurrent network, at least two steps)`,
    );
  }
  return { pins, warnings };
}
