import { concat, dispose, keep, type Tensor2D, tidy, zeros } from '@tensorflow/tfjs-core';
import { unitMatrix } from '../../matching/internal';
import { isTrainable, type Params } from '../../params';
import { namedNorms } from '../../repair/internal';
import type { PermutationSpec } from '../../symmetry';
import {
  placesOn,
  type ResolvedSpec,
  resolveSpec,
  shapesOf,
  toView,
} from '../../symmetry/internal';
import { combineUnits } from './combineUnits';
import { finiteValues } from './finiteValues';
import { partOfSpec } from './partOfSpec';
import { identityMap, type UnitMap, type UnitMaps } from './unitMap';

/** A network, its spec and the maps of the groups that have been mapped so far. */
export interface PartlyMapped {
  /** For messages. */
  readonly name: string;
  readonly params: Params;
  readonly spec: PermutationSpec;
  readonly resolved: ResolvedSpec;
  readonly maps: UnitMaps;
}

/**
 * The weights that produce the units of a group in one network, `[units, weights]`, by the mapped units that they read.
 * Weights that read units of a group that is not mapped, or of the group itself, and parameters of batch normalisations
 * are left out. The caller disposes the rows.
 */
export async function producerRows(
  group: string,
  { name, params, spec, resolved, maps }: PartlyMapped,
  yieldPoint: () => Promise<void>,
): Promise<Tensor2D> {
  const names = producersOf(group, resolved, params);
  await finiteValues(params, names, ` of ${name}`, yieldPoint);
  const { size } = resolved.groups.find((each) => each.name === group)!;
  if (names.length === 0) return zeros([size, 1]);
  const part = partOfSpec(spec, resolved, names);
  const own = Object.fromEntries(names.map((name) => [name, params[name]]));
  const readBy = mapsOf(resolveSpec(part, own), group, maps);
  const network = { spec: part, params: own, maps: readBy, weight: 1 };
  const combined = await combineUnits([network], 'zipping', yieldPoint);
  try {
    return tidy(() => {
      const { places, views } = resolveSpec(combined.spec, combined.params);
      const parts = names.flatMap((name) => {
        const view = toView(combined.params[name], views.get(name)!);
        const produced = placesOn(places, name).filter((place) => place.group === group);
        return produced.map((place) => unitMatrix(view, place));
      });
      return keep(concat(parts, 1));
    });
  } finally {
    dispose(combined.params);
  }
}

/** The parameters that produce a group's units, without those that read them and those of batch normalisations. */
function producersOf(group: string, { places }: ResolvedSpec, params: Params): string[] {
  const norms = new Set(namedNorms(shapesOf(params)).map(({ layer }) => layer));
  const layerOf = (name: string) => name.slice(0, Math.max(0, name.search(/[./_:][^./_:]{0,64}$/)));
  const own = places.filter((place) => place.group === group);
  const readers = new Set(own.filter(({ role }) => role !== 'producer').map(({ param }) => param));
  return [...new Set(own.map(({ param }) => param))].filter(
    (name) => isTrainable(name) && !norms.has(layerOf(name)) && !readers.has(name),
  );
}

/** Mapped groups by their merged units, the group itself unchanged, all others deleted. */
function mapsOf(part: ResolvedSpec, group: string, maps: UnitMaps): UnitMaps {
  return Object.fromEntries(
    part.groups.map(({ name, size }) => {
      if (name === group) return [name, identityMap(size)];
      if (Object.hasOwn(maps, name))
        return [name, { ...maps[name], weight: identityMap(size).weight }];
      return [name, deletedMap(size)];
    }),
  );
}

function deletedMap(units: number): UnitMap {
  return { size: 1, of: new Int32Array(units).fill(-1), weight: new Float64Array(units) };
}
