import { listsBy } from '../../params/internal';
import { isGroupName } from '../../symmetry/internal';
import { rootOf, type Space } from '../labels/constraints';
import type { Symmetries } from './unitGroup';

/** A space produced by a parameter: the output units of its layer. */
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
 * Names the free and fibred groups of parameters, in order of first appearance. A group is named after the layer that
 * produces its units. A parent group that no layer produces is called the layer's `heads`.
 */
export function nameGroups(
  symmetries: Symmetries,
  params: readonly ParamSpaces[],
  produced: readonly Produced[],
): Map<number, string> {
  const candidates = candidatesFor(symmetries, params, produced);
  const rivalsOf = listsBy(candidates, ({ base }) => [base]);
  const claims = new Map(Array.from(rivalsOf, ([base, rivals]) => [base, claimsOf(rivals)]));
  const unused = unusedNames();
  return new Map(candidates.map((own) => [own.group, unused(...wish(own, claims.get(own.base)!))]));
}

/** A group, and the layer to name it after. */
interface Candidate {
  readonly group: number;
  /** The name of the layer. */
  readonly base: string;
  /** The priority of its claim to the name; lower is better. */
  readonly claim: number;
}

/** Claims to a layer's name, best first: the group of its outputs, other groups, parents of groups. */
const OUTPUT = 0;
const INSIDE = 1;
const PARENT = 2;

/** The claims to one layer's name: how many there are, the best, and how many are as good. */
interface Claims {
  readonly count: number;
  readonly best: number;
  readonly equals: number;
}

function claimsOf(rivals: readonly Candidate[]): Claims {
  const best = rivals.reduce((least, { claim }) => Math.min(least, claim), PARENT);
  const equals = rivals.filter(({ claim }) => claim === best).length;
  return { count: rivals.length, best, equals };
}

/** The stem of a candidate's name, and the first number to append: 0 for none. */
function wish({ base, claim }: Candidate, { count, best, equals }: Claims): [string, number] {
  if (claim === PARENT && count > 1) return [`${base}.heads`, 0];
  if (claim !== best) return [base, 2];
  return [base, equals === 1 ? 0 : 1];
}

/** The groups with their layers, in order of first appearance. */
function candidatesFor(
  symmetries: Symmetries,
  params: readonly ParamSpaces[],
  produced: readonly Produced[],
): Candidate[] {
  const { direct, indirect } = producersOf(symmetries, produced);
  const parents = new Set(
    symmetries.groups.flatMap((each) => (each.parents.length === 1 ? [each.parents[0].group] : [])),
  );
  return [...firstParams(symmetries, params)].map(([group, first]) => ({
    group,
    base: layerName(direct.get(group) ?? indirect.get(group) ?? first),
    claim: direct.has(group) ? OUTPUT : parents.has(group) ? PARENT : INSIDE,
  }));
}

/** The first parameter that holds units of each group, in order of appearance. */
function firstParams(
  { groups, layout }: Symmetries,
  params: readonly ParamSpaces[],
): Map<number, string> {
  const first = new Map<number, string>();
  for (const { name, spaces } of params) {
    const found = spaces.flatMap((space) => layout(space)?.present ?? []);
    for (const { group } of found.flatMap((each) => groups[each].slots)) {
      if (!first.has(group)) first.set(group, name);
    }
  }
  return first;
}

/** The first parameter that produces each group's units (`direct`), or units made of them (`indirect`). */
function producersOf({ groups, layout }: Symmetries, produced: readonly Produced[]) {
  const direct = new Map<number, string>();
  const indirect = new Map<number, string>();
  const seen = new Set<Space>();
  for (const { param, space } of produced) {
    if (seen.has(rootOf(space))) continue;
    seen.add(rootOf(space));
    for (const group of layout(space)?.present ?? []) {
      if (!direct.has(group)) direct.set(group, param);
      for (const slot of groups[group].slots) {
        if (!indirect.has(slot.group)) indirect.set(slot.group, param);
      }
    }
  }
  return { direct, indirect };
}

/** A function for the first free name among the stem (number 0) and the stem with a number, from `first` on. */
function unusedNames(): (stem: string, first: number) => string {
  const taken = new Set<string>();
  /** By stem and first number, the first number that has not been tried. */
  const tried = new Map<string, number>();
  const named = (stem: string, k: number) => (k === 0 ? stem : `${stem}.${k}`);
  return (stem, first) => {
    let k = tried.get(`${first} ${stem}`) ?? first;
    while (taken.has(named(stem, k))) k++;
    tried.set(`${first} ${stem}`, k + 1);
    taken.add(named(stem, k));
    return named(stem, k);
  };
}

/** A parameter's name without its role (such as `kernel` or `bias`), as a valid group name. */
function layerName(param: string): string {
  const roles =
    /[/._:-](?:(?:depthwise_|pointwise_|recurrent_)?kernel|weights?|bias|gamma|beta|embeddings?|alpha)(?::\d+)?$/i;
  const stem = param.replace(roles, '').replace(/[^\p{L}\p{N}_.:/-]/gu, '_');
  return isGroupName(stem) ? stem : `g${stem}`;
}
