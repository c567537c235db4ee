import { isGroupName } from '../../symmetry/internal';
import { rootOf, type Space } from '../labels/constraints';
import type { Symmetries } from './unitGroup';

/** A space that comes to be at a parameter: the output units of its layer. */
export interface Produced {
  readonly param: string;
  readonly space: Space;
}

/** A parameter and the spaces of its axes. */
export interface ParamSpaces {
  readonly name: string;
  readonly spaces: readonly Space[];
}

/**
 * Names the groups of parameters that are free or fibred, in order of first appearance: after the
 * parameter whose output its units are; a group in whose units others sit, and which is itself no
 * output, is called that parameter's heads.
 */
export function nameGroups(
  { groups, layout }: Symmetries,
  params: readonly ParamSpaces[],
  produced: readonly Produced[],
): Map<number, string> {
  const order: number[] = [];
  const firstParam = new Map<number, string>();
  for (const { name, spaces } of params) {
    for (const space of spaces) {
      for (const group of groupsIn(layout(space)?.groups)) {
        for (const slot of groups[group].slots) {
          if (!firstParam.has(slot.group)) order.push(slot.group);
          if (!firstParam.has(slot.group)) firstParam.set(slot.group, name);
        }
      }
    }
  }
  const direct = new Map<number, string>();
  const indirect = new Map<number, string>();
  const seen = new Set<Space>();
  for (const { param, space } of produced) {
    if (seen.has(rootOf(space))) continue;
    seen.add(rootOf(space));
    for (const group of groupsIn(layout(space)?.groups)) {
      if (!direct.has(group)) direct.set(group, param);
      for (const slot of groups[group].slots) {
        if (!indirect.has(slot.group)) indirect.set(slot.group, param);
      }
    }
  }
  const isParent = new Set(
    groups.flatMap(({ parents }) => (parents.length === 1 ? [parents[0].group] : [])),
  );
  const bases = order.map((group) => {
    const param = direct.get(group) ?? indirect.get(group) ?? firstParam.get(group)!;
    // Outputs have the first right to their layer's name, parents the last.
    const rank = direct.has(group) ? 0 : isParent.has(group) ? 2 : 1;
    return { group, base: layerName(param), rank };
  });
  const taken = new Set<string>();
  return new Map(
    bases.map(({ group, base, rank }) => {
      const rivals = bases.filter((other) => other.base === base);
      const best = Math.min(...rivals.map((other) => other.rank));
      const isBest = rank === best;
      if (rank === 2 && rivals.length > 1) return [group, unused(taken, `${base}.heads`, 0)];
      const isAlone = isBest && rivals.filter((other) => other.rank === best).length === 1;
      return [group, unused(taken, base, isAlone ? 0 : isBest ? 1 : 2)];
    }),
  );
}

/** The stem, or with a number (from `first` on, 0 for none) where that is taken; takes it. */
function unused(taken: Set<string>, stem: string, first: number): string {
  for (let k = first; ; k++) {
    const name = k === 0 ? stem : `${stem}.${k}`;
    if (taken.has(name)) continue;
    taken.add(name);
    return name;
  }
}

/** The groups on a space in order of first position. */
export function groupsIn(groups: Int32Array | undefined): number[] {
  return groups ? [...new Set(groups)].filter((group) => group >= 0) : [];
}

/** A parameter's name without what says which parameter of its layer it is, as a group may be called. */
function layerName(param: string): string {
  const roles =
    /[/._:-](?:(?:depthwise_|pointwise_|recurrent_)?kernel|weights?|bias|gamma|beta|embeddings?|alpha)(?::\d+)?$/i;
  const stem = param.replace(roles, '').replace(/[^\p{L}\p{N}_.:/-]/gu, '_');
  return isGroupName(stem) ? stem : `g${stem}`;
}
