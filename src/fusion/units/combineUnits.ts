import type { Tensor } from '@tensorflow/tfjs-core';
import { invalid } from '../../errors';
import type { Params } from '../../params';
import { assertSameNames, assertSameShape, mapParams, type Shapes } from '../../params/internal';
import { type PermutationSpec, resizeSpec } from '../../symmetry';
import { assertRoles, resolveShapes, resolveSpec, shapesOf } from '../../symmetry/internal';
import { combinedShapes } from './combinedShapes';
import { combineParameter, type MappedNetwork } from './combineParameter';
import { completeMaps } from './completeMaps';
import type { UnitMap, UnitMaps } from './unitMap';

/** A network whose units are combined with those of others, or with each other. */
export interface CombinedNetwork {
  /** The spec with the sizes of this network, or without sizes. */
  readonly spec: PermutationSpec;
  readonly params: Params;
  /** The map of each group that changes; a group without one keeps its units. */
  readonly maps: UnitMaps;
  /** The weight of the network's outputs. The weights of all networks sum to 1. */
  readonly weight: number;
}

/** A network of merged units, and its spec. */
export interface Combined {
  /** New tensors; the caller disposes them. */
  readonly params: Params;
  /** The spec of the first network with the sizes of the groups that changed. */
  readonly spec: PermutationSpec;
}

/**
 * Combines the units of networks X, whose map of a group is u (unit → merged unit) with the weights a of producers:
 *
 *     W* = Σ_X U_X,inᵀ W_X M_X,outᵀ,     U[i, u(i)] = 1,     M[u(i), i] = a(i)
 *
 * Producers are averaged with their weights, and consumers are added. Values that no unit produces, such as the
 * biases of outputs, are averaged with the weights of the networks. If the members of each merged unit agree, the
 * result computes Σ_X weight_X f_X. Only groups without joint uses keep this: under a layer norm it does not hold.
 *
 * Moving variances are averaged like other producers, which is too large where the members differ: correct them, or
 * recompute them on data. Integers are taken from the first network. Values are added in float64; beside the result,
 * one parameter of one network is in memory at a time.
 *
 * @param networks - At least one, of the same names; the sizes of groups may differ.
 * @param task - The task of the message about missing roles, a noun phrase such as 'folding'.
 * @throws InvalidInputError when a group is merged that is on an axis without a role or with both, maps do not fit,
 * or units of an integer parameter change.
 */
export async function combineUnits(
  networks: readonly CombinedNetwork[],
  task: string,
  yieldPoint: () => Promise<void>,
): Promise<Combined> {
  const sources = networks.map(mappedNetwork);
  const sizes = sizesOfMaps(sources);
  for (const { resolved, maps } of sources)
    assertRoles(resolved, task, mergedGroups(sources, maps));
  const [{ spec, params }] = networks;
  const changed = sources[0].resolved.groups.filter(({ name, size }) => sizes[name] !== size);
  const resized =
    changed.length === 0
      ? spec
      : resizeSpec(spec, Object.fromEntries(changed.map(({ name }) => [name, sizes[name]])));
  const shapes = sharedShapes(networks, resized, sizes);
  const target = { resolved: resolveShapes(resized, shapes), shapes };
  const combined: Record<string, Tensor> = {};
  try {
    for (const name of Object.keys(params)) {
      await yieldPoint();
      combined[name] = await combineParameter(name, sources, target, yieldPoint);
    }
  } catch (error) {
    for (const tensor of Object.values(combined)) tensor.dispose();
    throw error;
  }
  return { params: combined, spec: resized };
}

function mappedNetwork({ spec, params, maps, weight }: CombinedNetwork): MappedNetwork {
  const resolved = resolveSpec(spec, params);
  return { params, resolved, maps: completeMaps(resolved.groups, maps, weight), weight };
}

/** The number of merged units of each group, on which the networks agree. */
function sizesOfMaps(sources: readonly MappedNetwork[]): Record<string, number> {
  const sizes = mapParams(sources[0].maps, ({ size }) => size);
  for (const { maps } of sources) {
    for (const [name, { size }] of Object.entries(maps)) {
      if (size === sizes[name]) continue;
      throw invalid(
        `the maps of group '${name}' have ${sizes[name]} and ${size} merged units`,
        'Map the units of all networks to the same merged units',
        { param: name, received: size },
      );
    }
  }
  return sizes;
}

/** The shapes of the merged network, which are those that each network has with the sizes of the merged groups. */
function sharedShapes(
  networks: readonly CombinedNetwork[],
  resized: PermutationSpec,
  sizes: Readonly<Record<string, number>>,
): Shapes {
  const [first, ...others] = networks.map(({ spec, params }) =>
    combinedShapes(spec, shapesOf(params), resized, sizes),
  );
  others.forEach((shapes, i) => {
    const names = ['networks[0]', `networks[${i + 1}]`] as const;
    assertSameNames(first, shapes, names, ({ from, to }) => `rename '${from}' to '${to}'`);
    for (const name of Object.keys(first)) {
      assertSameShape(name, first[name], shapes[name], names);
    }
  });
  return first;
}

/** The groups of a network whose producers and consumers are treated differently. */
function mergedGroups(
  sources: readonly MappedNetwork[],
  maps: Readonly<Record<string, UnitMap>>,
): ReadonlySet<string> {
  return new Set(Object.keys(maps).filter((name) => sources.length > 1 || isMerged(maps[name])));
}

/** False for a map that only moves, adds or deletes units. */
function isMerged({ of, weight }: UnitMap): boolean {
  const kept = of.filter((unit) => unit >= 0);
  return new Set(kept).size < kept.length || weight.some((each) => each !== 1);
}
