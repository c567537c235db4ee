import type { Permutation, Permutations } from '../../permutation';
import type { Place } from '../../symmetry/internal';
import type { GramPart, Products } from '../products/products';
import { type Grams, isSummed } from './grams';
import { type PlaceSet, placeSets } from './placeSets';
import { isSame, type Movement } from './term';

/** The part that some places add to the gram of their group, with the permutations that it was computed for. */
interface Part<Matrix> extends PlaceSet, GramPart<Matrix> {
  /** True if there is room to keep it. */
  readonly kept: boolean;
  /** The groups of the other places. */
  readonly neighbours: readonly string[];
  value: Matrix | null;
  /** The permutations of the neighbours for which `value` is right: `[neighbours]`. */
  holdsFor: readonly Permutation[];
  /** The number of corrections since `value` was computed. */
  corrections: number;
}

/** The parts of a group's gram, and the groups that it depends on. */
interface GroupParts<Matrix> {
  readonly parts: readonly Part<Matrix>[];
  readonly neighbours: readonly string[];
}

/** The kept parts as they were at the start of a trial. */
interface Trial<Matrix> {
  /** The parts that have changed since, as they were. */
  readonly parts: Map<Part<Matrix>, Kept<Matrix>>;
  readonly lastNeighbours: Map<string, readonly Permutation[]>;
}

/** The state of a part that changes. */
type Kept<Matrix> = Pick<Part<Matrix>, 'value' | 'holdsFor' | 'corrections'>;

/** The number of corrections after which a part is computed anew, so that rounding cannot accumulate. */
const MOST_CORRECTIONS = 8;

/**
 * Grams without repeated work. The part that each place adds is kept where it was computed. It is used again
 * while no group that it depends on has moved. Where few units of one group have moved, it is corrected by a
 * product over those units alone. At most `products.bytes` bytes are kept; other parts are computed every time.
 */
export function incrementalGrams<Matrix>(
  products: Products<Matrix>,
  groups: readonly string[],
): Grams {
  const partsOf = makeParts(products, groups);
  /** The permutations of each group's neighbours when its gram was last computed. */
  let lastNeighbours = new Map<string, readonly Permutation[]>();
  /** The groups whose grams had been corrected where a descent went on. */
  let correctedBefore = new Set<string>();
  let trial: Trial<Matrix> | null = null;
  const disposeSaved = ({ parts: saved }: Trial<Matrix>) => {
    for (const { value } of saved.values()) if (value !== null) products.dispose(value);
  };
  const forget = (part: Part<Matrix>) => {
    if (part.value !== null) products.dispose(part.value);
    part.value = null;
    part.corrections = 0;
  };

  const isCorrected = (part: Part<Matrix>) => part.corrections > 0;
  const correctedGroups = () =>
    groups.filter(
      (group) => correctedBefore.has(group) || partsOf.get(group)!.parts.some(isCorrected),
    );

  const isUpToDate = ({ value, neighbours, holdsFor }: Part<Matrix>, permutations: Permutations) =>
    value !== null && areSame(neighbours, holdsFor, permutations);

  /** Computes or corrects the kept value of a part that does not hold for these permutations. */
  async function bringUpToDate(part: Part<Matrix>, permutations: Permutations): Promise<void> {
    const { value } = part;
    const movement = value === null ? null : smallMovement(part, permutations);
    const isSaved = trial !== null && saveIn(trial, part);
    if (value !== null && movement) {
      part.value = null; // corrected() consumes it, also where it throws.
      const own = isSaved ? products.copy(value) : value;
      part.value = await products.corrected(own, part.places[0], movement, permutations);
      part.corrections++;
    } else {
      if (isSaved) part.value = null;
      forget(part);
      part.value = await products.sum(part.places, permutations);
    }
    part.holdsFor = permutationsOf(part.neighbours, permutations);
  }

  return {
    async gram(group, permutations, of = 'all') {
      const { parts, neighbours } = partsOf.get(group)!;
      const own = of === 'all' ? parts : parts.filter((part) => isSummed(part, of));
      for (const part of own) {
        if (part.kept && !isUpToDate(part, permutations)) await bringUpToDate(part, permutations);
      }
      const gram = await products.gram(permutations[group].length, own, permutations);
      lastNeighbours.set(group, permutationsOf(neighbours, permutations));
      return gram;
    },
    unchanged(group, permutations) {
      const before = lastNeighbours.get(group);
      return before !== undefined && areSame(partsOf.get(group)!.neighbours, before, permutations);
    },
    refresh() {
      const corrected = correctedGroups();
      for (const group of corrected) {
        partsOf.get(group)!.parts.filter(isCorrected).forEach(forget);
        lastNeighbours.delete(group);
      }
      correctedBefore.clear();
      return corrected;
    },
    corrected: correctedGroups,
    resume({ settled, corrected }, permutations) {
      for (const group of settled) {
        lastNeighbours.set(group, permutationsOf(partsOf.get(group)!.neighbours, permutations));
      }
      correctedBefore = new Set(corrected);
    },
    restart() {
      correctedBefore.clear();
      for (const { parts } of partsOf.values())
        parts.filter(({ others }) => others.length > 0).forEach(forget);
      lastNeighbours.clear();
    },
    mark() {
      trial = { parts: new Map(), lastNeighbours: new Map(lastNeighbours) };
    },
    rollback() {
      if (trial === null) return;
      for (const [part, before] of trial.parts) {
        forget(part);
        Object.assign(part, before);
      }
      lastNeighbours = trial.lastNeighbours;
      trial = null;
    },
    commit() {
      if (trial !== null) disposeSaved(trial);
      trial = null;
    },
    dispose() {
      if (trial !== null) disposeSaved(trial);
      trial = null;
      for (const { parts } of partsOf.values()) parts.forEach(forget);
      products.release();
    },
  };
}

function makeParts<Matrix>(
  { terms, bytes }: Products<Matrix>,
  groups: readonly string[],
): Map<string, GroupParts<Matrix>> {
  let room = bytes;
  const makePart = (set: PlaceSet): Part<Matrix> => {
    const size = 4 * set.places[0].place.units ** 2;
    const kept = size <= room;
    if (kept) room -= size;
    return { ...set, kept, neighbours: groupsOf(set.others), ...NOTHING_KEPT };
  };
  return new Map(
    groups.map((group) => {
      const parts = placeSets(terms, group).map(makePart);
      return [group, { parts, neighbours: groupsOf(parts.flatMap(({ others }) => others)) }];
    }),
  );
}

const NOTHING_KEPT = { value: null, holdsFor: [], corrections: 0 };

function groupsOf(places: readonly Place[]): string[] {
  return [...new Set(places.map(({ group }) => group))];
}

/** Saves a part before its first change in a trial. Returns false for a part that has changed before. */
function saveIn<Matrix>({ parts }: Trial<Matrix>, part: Part<Matrix>): boolean {
  if (parts.has(part)) return false;
  const { value, holdsFor, corrections } = part;
  parts.set(part, { value, holdsFor, corrections });
  return true;
}

/**
 * The movement since a part was computed, if the group of one other place, on another axis, moved fewer
 * than half of its units; else null.
 */
function smallMovement<Matrix>(
  { places, others, neighbours, holdsFor, corrections }: Part<Matrix>,
  permutations: Permutations,
): Movement | null {
  const beforeOf = (group: string) => holdsFor[neighbours.indexOf(group)];
  const changed = others.filter(({ group }) => !isSame(beforeOf(group), permutations[group]));
  if (changed.length !== 1 || corrections >= MOST_CORRECTIONS) return null;
  const [other] = changed;
  const [{ place }] = places;
  if (other.axis === place.axis || other.group === place.group) return null;
  if (other.coupling !== null || place.coupling !== null) return null;
  const before = beforeOf(other.group);
  const now = permutations[other.group];
  const moved: number[] = [];
  for (let unit = 0; unit < now.length; unit++) if (now[unit] !== before[unit]) moved.push(unit);
  return 2 * moved.length < now.length ? { other, before, moved } : null;
}

function permutationsOf(groups: readonly string[], permutations: Permutations): Permutation[] {
  return groups.map((group) => permutations[group]);
}

/** True if none of the groups has moved. */
function areSame(
  groups: readonly string[],
  before: readonly Permutation[],
  permutations: Permutations,
): boolean {
  return groups.every((group, at) => isSame(before[at], permutations[group]));
}
