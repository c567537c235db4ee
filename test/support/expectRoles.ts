import * as tf from '@tensorflow/tfjs-core';
import type { Params, PermutationSpec } from 'perm-lmc';
import { expect } from 'vitest';
import { randomSource } from '../../src/runtime/randomSource';
import {
  type Place,
  placePositions,
  placesOn,
  type ResolvedGroup,
  type ResolvedSpec,
  resolveSpec,
  toView,
} from '../../src/symmetry/internal';
import { fromView } from '../../src/symmetry/toView';

/** A network and its function. */
export interface RoleCase {
  readonly spec: PermutationSpec;
  readonly params: Params;
  readonly forward: (params: Params) => unknown;
}

/**
 * Holds the roles of a spec against the network's function. One unit of each group becomes a copy of another in the
 * producers. Both then have the same activations, so what a consumer takes from one may be moved to the other: its
 * rows cᵢ and cⱼ become cᵢ + δ and cⱼ − δ.
 *
 * @returns The groups that have a place without a role or with both, or whose blocks are read apart.
 */
export function expectRoles({ spec, params, forward }: RoleCase): string[] {
  const resolved = resolveSpec(spec, params);
  const skipped: string[] = [];
  for (const group of resolved.groups) {
    const units = twoUnits(group, resolved);
    const places = placesInside(resolved, group);
    if (
      units === null ||
      readsOrder(spec, group) ||
      places.some((place) => !isTestable(place, group, places))
    ) {
      skipped.push(group.name);
      continue;
    }
    tf.tidy(() => {
      const change = (moves: (place: Place) => boolean) =>
        forward(changed(resolved, params, places, units, group, moves));
      const alike = change(() => false);
      const moved = change(({ role }) => role === 'consumer');
      const difference = differenceOf(alike, moved);
      expect(difference, `the consumers of '${group.name}'`).toBeLessThan(1e-4);
    });
  }
  return skipped;
}

/** The places of producers that can take what is moved between two alike units, as only consumers can. */
export function placesLikeConsumers({ spec, params, forward }: RoleCase): string[] {
  const resolved = resolveSpec(spec, params);
  const found: string[] = [];
  for (const group of resolved.groups) {
    const units = twoUnits(group, resolved);
    const places = placesInside(resolved, group);
    if (
      units === null ||
      readsOrder(spec, group) ||
      places.some((place) => !isTestable(place, group, places))
    )
      continue;
    for (const place of places.filter(({ role }) => role === 'producer')) {
      tf.tidy(() => {
        const others = places.filter((each) => each !== place);
        const alike = forward(changed(resolved, params, others, units, group, () => false));
        const own = { ...place, role: 'consumer' as const };
        const change = (each: Place) => each === own;
        const moved = forward(changed(resolved, params, [own, ...others], units, group, change));
        if (differenceOf(alike, moved) < 1e-5)
          found.push(`${place.param}[${place.axis}] ${group.name}`);
      });
    }
  }
  return found;
}

/** The greatest difference between outputs, relative to the greatest value of the output. */
function differenceOf(alike: unknown, moved: unknown): number {
  const [before, after] = [alike, moved].map(tensorsOf);
  return Math.max(
    ...before.map((x, i) => {
      const scale = Math.max(numberOf(tf.max(tf.abs(x))), 1e-3);
      return numberOf(tf.max(tf.abs(tf.sub(x, after[i])))) / scale;
    }),
  );
}

function tensorsOf(value: unknown): tf.Tensor[] {
  if (value instanceof tf.Tensor) return [value];
  return Object.values(value as Record<string, unknown>).flatMap(tensorsOf);
}

const numberOf = (x: tf.Tensor): number => x.dataSync()[0];

/** True if the network chooses units by their order, which units with equal values do not determine. */
function readsOrder({ groups }: PermutationSpec, { name }: ResolvedGroup): boolean {
  const { joint = [] } = groups.find((each) => each.name === name)!;
  return joint.includes('max') || joint.includes('other');
}

/** Two units of a group inside the same unit of its parent; null if there are none. */
function twoUnits({ inner }: ResolvedGroup, _: ResolvedSpec): readonly [number, number] | null {
  return inner < 2 ? null : [0, inner - 1];
}

/** The places of a group and of the groups inside it. */
function placesInside({ groups, places }: ResolvedSpec, group: ResolvedGroup): Place[] {
  const inside = (name: string | null): boolean =>
    name !== null &&
    (name === group.name || inside(groups.find((each) => each.name === name)!.parent));
  return places.filter((place) => inside(place.group));
}

/** Blocks that places produce and consume together, as in a grouped convolution, are not read by one sum. */
function isTestable(place: Place, { name }: ResolvedGroup, places: readonly Place[]): boolean {
  const { role, coupling, group, param, axis } = place;
  const isApart =
    coupling !== null &&
    group !== name &&
    places.some(
      (each) =>
        each.param === param &&
        each.axis === axis &&
        each.coupling?.cell === coupling.cell &&
        each.role !== role,
    );
  return (role === 'producer' || role === 'consumer') && !isApart;
}

/**
 * The params with the second unit a copy of the first in all producers. At places that `moves` accepts, a random
 * amount is first moved from the second unit to the first.
 */
function changed(
  resolved: ResolvedSpec,
  params: Params,
  places: readonly Place[],
  [one, other]: readonly [number, number],
  { size }: ResolvedGroup,
  moves: (place: Place) => boolean,
): Params {
  return Object.fromEntries(
    Object.entries(params).map(([name, tensor]) => {
      const view = resolved.views.get(name);
      const own = placesOn(places, name);
      if (!view || own.length === 0) return [name, tensor];
      const values = Float32Array.from(toView(tensor, view).dataSync());
      const random = randomSource(7);
      const ordered = [...own.filter(moves), ...own.filter(({ role }) => role === 'producer')];
      ordered.forEach((place, i) => {
        const isMove = i < own.filter(moves).length;
        const block = place.units / size; // Of a group inside, the units inside each unit.
        const positions = placePositions(place);
        const length = block * place.copies;
        const inner = view.shape.slice(place.axis + 1).reduce((a, b) => a * b, 1);
        const outer = view.shape.slice(0, place.axis).reduce((a, b) => a * b, 1);
        for (let o = 0; o < outer; o++) {
          for (let k = 0; k < length; k++) {
            for (let r = 0; r < inner; r++) {
              const at = (unit: number) =>
                (o * view.shape[place.axis] + positions[unit * length + k]) * inner + r;
              if (isMove) {
                const delta = (random.below(2001) / 1000 - 1) * 0.5;
                values[at(one)] += delta;
                values[at(other)] -= delta;
              } else values[at(other)] = values[at(one)];
            }
          }
        }
      });
      return [name, fromView(tf.tensor(values, [...view.shape]), view, tensor.shape)];
    }),
  );
}
