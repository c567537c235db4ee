import { add, dispose, type Tensor2D, tidy, zeros } from '@tensorflow/tfjs-core';
import type { Params } from '../params/params';
import type { Permutation, Permutations } from '../permutation/permutation';
import type { Place } from '../spec/places';
import {
  type Appearance,
  appearances,
  type Comparison,
  gramChange,
  gramOf,
  readAndDispose,
} from './comparison';
import type { Grams } from './grams';

/**
 * What one place adds to the gram of its group, or all places at once whose terms no other group is
 * on; and what that was computed with.
 */
interface Part {
  readonly group: string;
  readonly places: readonly Appearance[];
  /** The other places of the term: the part changes when their groups move. */
  readonly others: readonly Place[];
  /** Whether there is room to keep it. */
  readonly kept: boolean;
  value: Tensor2D | null;
  /** The permutations of the others' groups that `value` holds for. */
  holdsFor: Map<string, Permutation>;
  /** How many corrections `value` has had since it was computed. */
  corrections: number;
}

/** After this many corrections in a row a part is computed anew, so that rounding cannot pile up. */
const MOST_CORRECTIONS = 8;

/**
 * Grams that do not repeat work: what each place adds is kept on the backend, used again while no
 * group that it depends on has moved, and corrected where only few units of one group have (a
 * product over those units alone). Kept are at most as many bytes as the two networks have together;
 * what does not fit is computed every time.
 */
export function incrementalGrams(comparison: Comparison, groups: readonly string[]): Grams {
  const parts = makeParts(comparison, groups);
  /** What the neighbours of each group were when its gram was last asked for. */
  const asked = new Map<string, Map<string, Permutation>>();

  return {
    async gram(group, permutations) {
      const own = parts.get(group)!;
      const total = sumOfParts(comparison, group, own, permutations);
      asked.set(group, neighboursOf(own, permutations));
      return readAndDispose(total);
    },
    unchanged(group, permutations) {
      const before = asked.get(group);
      return before !== undefined && holds(before, permutations);
    },
    refresh() {
      const isCorrected = (part: Part) => part.corrections > 0;
      const corrected = groups.filter((group) => parts.get(group)!.some(isCorrected));
      for (const group of corrected) {
        parts.get(group)!.filter(isCorrected).forEach(forget);
        asked.delete(group);
      }
      return corrected;
    },
    dispose() {
      for (const own of parts.values()) for (const part of own) forget(part);
    },
  };
}

function makeParts(comparison: Comparison, groups: readonly string[]): Map<string, Part[]> {
  let room = bytesOf(comparison.a) + bytesOf(comparison.b);
  const part = (group: string, places: readonly Appearance[], others: readonly Place[]): Part => {
    const bytes = 4 * places[0].place.units ** 2;
    const kept = bytes <= room;
    if (kept) room -= bytes;
    return { group, places, others, kept, value: null, holdsFor: new Map(), corrections: 0 };
  };
  return new Map(
    groups.map((group) => {
      const all = appearances(comparison, group);
      const constant = all.filter(({ term }) => term.places.length === 1);
      const changing = all.filter(({ term }) => term.places.length > 1);
      return [
        group,
        [
          ...(constant.length > 0 ? [part(group, constant, [])] : []),
          ...changing.map((appearance) => {
            const { term, place } = appearance;
            return part(
              group,
              [appearance],
              term.places.filter((each) => each !== place),
            );
          }),
        ],
      ];
    }),
  );
}

function sumOfParts(
  comparison: Comparison,
  group: string,
  own: readonly Part[],
  permutations: Permutations,
): Tensor2D {
  for (const part of own) if (part.kept) bringUpToDate(comparison, part, permutations);
  return tidy(() => {
    const n = permutations[group].length;
    let sum: Tensor2D = zeros([n, n]);
    for (const part of own) {
      const before: Tensor2D = sum;
      sum = tidy(
        (): Tensor2D =>
          add(before, part.value ?? gramOf(comparison, group, part.places, permutations)),
      );
      before.dispose();
    }
    return sum;
  });
}

/** Computes or corrects the kept value of a part, if it does not hold for these permutations. */
function bringUpToDate(comparison: Comparison, part: Part, permutations: Permutations): void {
  if (part.value && holds(part.holdsFor, permutations)) return;
  const change = part.value && smallChange(part, permutations);
  if (part.value && change) {
    const before = part.value;
    part.value = tidy(
      (): Tensor2D => add(before, gramChange(comparison, part.places[0], change, permutations)),
    );
    before.dispose();
    part.corrections++;
  } else {
    forget(part);
    part.value = gramOf(comparison, part.group, part.places, permutations);
  }
  part.holdsFor = neighboursOf([part], permutations);
}

/**
 * The change since a part was computed, if one group at one other place, on another axis, moved
 * fewer than half of its units; else null.
 */
function smallChange(
  { places, others, holdsFor, corrections }: Part,
  permutations: Permutations,
): { other: Place; before: Permutation; moved: readonly number[] } | null {
  const changed = others.filter(({ group }) => !equal(holdsFor.get(group)!, permutations[group]));
  if (changed.length !== 1 || corrections >= MOST_CORRECTIONS) return null;
  const [other] = changed;
  const [{ place }] = places;
  if (other.axis === place.axis || other.group === place.group) return null;
  const before = holdsFor.get(other.group)!;
  const now = permutations[other.group];
  const moved = Array.from(now.keys()).filter((unit) => now[unit] !== before[unit]);
  return 2 * moved.length < now.length ? { other, before, moved } : null;
}

function neighboursOf(own: readonly Part[], permutations: Permutations): Map<string, Permutation> {
  const names = own.flatMap(({ others }) => others.map(({ group }) => group));
  return new Map(names.map((group) => [group, permutations[group]]));
}

/** Whether none of the groups has moved. */
function holds(before: Map<string, Permutation>, permutations: Permutations): boolean {
  for (const [group, p] of before) if (!equal(p, permutations[group])) return false;
  return true;
}

function equal(p: Permutation, q: Permutation): boolean {
  return p === q || p.every((unit, i) => unit === q[i]);
}

function forget(part: Part): void {
  if (part.value) dispose(part.value);
  part.value = null;
  part.corrections = 0;
}

function bytesOf(params: Params): number {
  return Object.values(params).reduce((sum, { size }) => sum + 4 * size, 0);
}
