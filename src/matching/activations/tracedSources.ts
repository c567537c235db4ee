import type { Params } from '../../params';
import { listsBy } from '../../params/internal';
import {
  inferSizes,
  type ParameterView,
  type Place,
  placePositions,
  placesOfParameter,
  type ResolvedGroup,
  type ResolvedSpec,
  resolveSpec,
  shapesOf,
} from '../../symmetry/internal';
import { modulesOf, type Trace } from '../../tracing/internal';
import { type Counterpart, counterparts } from './counterparts';
import type { UnitSource } from './unitSource';

/** A source that is the output of a kernel call. */
export interface TracedSource extends UnitSource {
  readonly call: number;
  /** The view of the call's output whose axis the places are on. */
  readonly view: ParameterView;
  /** True where the group is on another axis of the output, too. */
  readonly isTwice: boolean;
}

/**
 * For each group of a spec the outputs of modules that its units are on, in the order of the calls: those
 * without samples that other groups move, or, if there are none, those with such samples.
 */
export function tracedSources(
  spec: ResolvedSpec,
  trace: Trace,
  params: Params,
): Map<string, TracedSource[]> {
  const traced = resolveSpec(trace.spec, params);
  const names = counterparts(spec, traced, params);
  const lookup: Lookup = {
    names,
    specNames: new Map([...names].reverse().map(([name, { traced }]) => [traced, name])),
    traced: new Map(traced.groups.map((group) => [group.name, group])),
  };
  const outputsWith = listsBy(moduleOutputs(trace, params), ({ places }) =>
    places.flatMap((place) => lineOf(lookup.traced, place.group).map(({ name }) => name)),
  );
  return new Map(
    spec.groups.map(({ name }) => {
      const outputs = outputsWith.get(names.get(name)!.traced) ?? [];
      const all = outputs.flatMap((output) => sourcesOn(output, name, lookup));
      const alone = all.filter(({ others }) => others.length === 0);
      // On two axes of an output the samples of a unit are in the order of the group itself.
      const once = alone.filter(({ isTwice }) => !isTwice);
      return [name, [once, alone].find((sources) => sources.length > 0) ?? all];
    }),
  );
}

interface ModuleOutput {
  readonly call: number;
  readonly view: ParameterView;
  readonly places: readonly Place[];
}

function moduleOutputs(trace: Trace, params: Params): ModuleOutput[] {
  const table = {
    groups: new Map(trace.spec.groups.map((group) => [group.name, group])),
    sizes: inferSizes(trace.spec, shapesOf(params)),
  };
  return callsOfModules(trace, params).map((call) => {
    const { axes } = trace.describe(call, 0);
    const { kernel, shapes } = trace.calls[call];
    return {
      call,
      ...placesOfParameter(`operation ${call}, ${kernel}`, axes, shapes[0], table),
    };
  });
}

/** The calls whose outputs are those of modules. Modules in lanes, such as parts of a grouped convolution, are one. */
function callsOfModules({ calls, joins }: Trace, params: Params): number[] {
  const modules = new Set(modulesOf(calls, params).map(({ call }) => call));
  const joined = [...joins].flatMap(([call, inside]) =>
    inside.some((each) => modules.has(each)) ? [call] : [],
  );
  return [...new Set([...modules, ...joined])].sort((x, y) => x - y);
}

/** The groups of the spec and those of the trace. */
interface Lookup {
  readonly names: ReadonlyMap<string, Counterpart>;
  /** The first group of the spec that is the same as a traced group. */
  readonly specNames: ReadonlyMap<string, string>;
  readonly traced: ReadonlyMap<string, ResolvedGroup>;
}

/** The sources of one group on an output. */
function sourcesOn(
  { call, view, places }: ModuleOutput,
  group: string,
  { names, specNames, traced }: Lookup,
): TracedSource[] {
  const own = names.get(group)!;
  return places.flatMap((place) => {
    const line = lineOf(traced, place.group);
    const at = line.findIndex(({ name }) => name === own.traced);
    // Groups of the spec inside this one are compared in its place: see assignFamily.
    const isOwn = at >= 0 && line.slice(0, at).every(({ name }) => !specNames.has(name));
    if (!isOwn) return [];
    const mixing = places.flatMap((other) => {
      const moving = lineOf(traced, other.group).find(
        ({ name }) => specNames.has(name) && line.every((each) => each.name !== name),
      );
      return moving && meets(place, other) ? [{ other, moving }] : [];
    });
    const others = mixing.map(({ other, moving }, i) => {
      const before = mixing.slice(0, i).flatMap((each) => lineOf(traced, each.moving.name));
      const shared = lineOf(traced, moving.name).find((each) => before.includes(each));
      // Of several that move inside the units of one group, the first carries the movement of these units.
      const inner = shared ? moving.size / shared.size : null;
      const coupling = shared ? { cell: 0, inner, siblings: {} } : null;
      return { ...placeOf(other, specNames.get(moving.name)!, names, traced), coupling };
    });
    const isTwice = places.some((other) => other.group === place.group && meets(place, other));
    return [{ call, view, place: placeOf(place, group, names, traced), others, isTwice }];
  });
}

/** True if two places are on different axes or share a position. */
function meets(place: Place, other: Place): boolean {
  if (place === other) return false;
  if (place.axis !== other.axis) return true;
  const positions = new Set(placePositions(place));
  return placePositions(other).some((position) => positions.has(position));
}

/** A traced place as a place of a group of the spec, which may be an ancestor of the traced group. */
function placeOf(
  place: Place,
  group: string,
  names: ReadonlyMap<string, Counterpart>,
  groups: ReadonlyMap<string, ResolvedGroup>,
): Place {
  const { traced, units } = names.get(group)!;
  const line = lineOf(groups, place.group);
  const below = line.slice(
    0,
    line.findIndex(({ name }) => name === traced),
  );
  const copies = below.reduce((product, { inner }) => product * inner, place.copies);
  const isSame = copies === place.copies && units.every((unit, u) => unit === u);
  if (isSame) return { ...place, group, coupling: null };
  const positions = placePositions(place);
  const entries = Array.from({ length: copies }, (_, r) =>
    Array.from(units, (unit) => positions[unit * copies + r]),
  );
  return {
    ...place,
    group,
    units: units.length,
    copies,
    layout: { kind: 'listed', entries },
    coupling: null,
  };
}

/** A group and all groups that contain it, from the inside outwards. */
function lineOf(groups: ReadonlyMap<string, ResolvedGroup>, name: string): ResolvedGroup[] {
  const group = groups.get(name);
  if (!group) return [];
  return [group, ...(group.parent === null ? [] : lineOf(groups, group.parent))];
}
