import {
  abs,
  concat,
  dispose,
  div,
  keep,
  matMul,
  max,
  maximum,
  mul,
  sign,
  sqrt,
  square,
  sum,
  type Tensor2D,
  tidy,
  transpose,
} from '@tensorflow/tfjs-core';
import { unitMatrix } from '../../matching/internal';
import { isTrainable, type Params } from '../../params';
import { namedNorms } from '../../repair/internal';
import { readAndDispose } from '../../runtime';
import type { PermutationSpec } from '../../symmetry';
import {
  placesOn,
  type ResolvedSpec,
  resolveSpec,
  shapesOf,
  toView,
} from '../../symmetry/internal';
import { combineUnits } from '../units/combineUnits';
import { finiteValues } from '../units/finiteValues';
import { identityMap, type UnitMap, type UnitMaps } from '../units/unitMap';
import { partOfSpec } from './partOfSpec';

/** A network, its spec and the maps of the groups that have been zipped so far. */
export interface PartlyZipped {
  /** For messages. */
  readonly name: string;
  readonly params: Params;
  readonly spec: PermutationSpec;
  readonly resolved: ResolvedSpec;
  readonly maps: UnitMaps;
}

/**
 * The cosine of the weights that produce each unit of a group, over the units of all networks, `[Σn × Σn]`. Weights
 * are compared by the zipped units that they read: those that read members of one unit are added. For two networks,
 * weights count that read zipped units of both. Weights that read units of a group that is not zipped yet are left
 * out, and so are parameters of batch normalisations.
 */
export async function rowSimilarity(
  group: string,
  networks: readonly PartlyZipped[],
  yieldPoint: () => Promise<void>,
): Promise<Float64Array> {
  const rows: Tensor2D[] = [];
  try {
    for (const network of networks) {
      const { name, params, resolved } = network;
      await finiteValues(params, producersOf(group, resolved, params), ` of ${name}`, yieldPoint);
      rows.push(await producerRows(group, network, yieldPoint));
    }
    const cosines = tidy(() =>
      concat(
        rows.map((x) =>
          concat(
            rows.map((y) => matMul(unitRows(x, y), transpose(unitRows(y, x)))),
            1,
          ),
        ),
        0,
      ),
    );
    return Float64Array.from(await readAndDispose(cosines));
  } finally {
    dispose(rows);
  }
}

/** Rows of length 1, without the columns that are 0 in all rows of the other network. */
function unitRows(rows: Tensor2D, other: Tensor2D): Tensor2D {
  const shared = sign(max(abs(other), 0, true));
  const own = mul(rows, shared);
  return div(own, maximum(sqrt(sum(square(own), 1, true)), 1e-30));
}

/** The weights that produce the units of one network, `[units, weights]`; the caller disposes them. */
async function producerRows(
  group: string,
  { params, spec, resolved, maps }: PartlyZipped,
  yieldPoint: () => Promise<void>,
): Promise<Tensor2D> {
  const names = producersOf(group, resolved, params);
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

/** The parameters that produce a group's units, without those of batch normalisations. */
function producersOf(group: string, { places }: ResolvedSpec, params: Params): string[] {
  const norms = new Set(namedNorms(shapesOf(params)).map(({ layer }) => layer));
  const layerOf = (name: string) => name.replace(/[./_:]?[^./_:]*$/, '');
  const own = places.filter((place) => place.group === group && place.role === 'producer');
  return [...new Set(own.map(({ param }) => param))].filter(
    (name) => isTrainable(name) && !norms.has(layerOf(name)),
  );
}

/** Zipped groups as they are, the group itself unchanged, all others deleted. */
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
