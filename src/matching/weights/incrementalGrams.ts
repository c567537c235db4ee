import type { Permutation, Permutations } from '../../permutation';
import type { GramPart, Products } from '../products/products';
import { type Grams, isSummed } from './grams';
import { type PlaceSet, placeSets } from './placeSets';
import { isSame, type Movement } from './term';

/** The part that some places add to the gram of their group, with the permutations that it was computed for. */
interface Part<Matrix> extends PlaceSet, GramPart<Matrix> {
  /** True if there is room to keep it. */
  readonly kept: boolean;
  value: Matrix | null;
  /** The permutations of the others' groups for which `value` is right. */
  holdsFor: Map<string, Permutation>;
  /** The number of corrections since `value` was computed. */
  corrections: number;
}

/** The kept parts as they were at the start of a trial. */
interface Trial<Matrix> {
  /** The parts that have changed since, as they were. */
  readonly parts: Map<Part<Matrix>, Kept<Matrix>>;
  readonly lastNeighbours: Map<string, Map<string, Permutation>>;
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
  const parts = makeParts(products, groups);
  /** The permutations of each group's neighbours when its gram was last computed. */
  let lastNeighbours = new Map<string, Map<string, Permutation>>();
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
    groups.filter((group) => correctedBefore.has(group) || parts.get(group)!.some(isCorrected));

  /** Computes or corrects the kept value of a part, if it does not hold for these permutations. */
  async function bringUpToDate(part: Part<Matrix>, permutations: Permutations): Promise<void> {
    const { value } = part;
    if (value !== null && holds(part.holdsFor, permutations)) return;
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
    part.holdsFor = neighboursOf([part], permutations);
  }

  return {
    async gram(group, permutations, of = 'all') {
      const all = parts.get(group)!;
      const own = all.filter((part) => isSummed(part, of));
      for (const part of own) if (part.kept) await bringUpToDate(part, permutations);
      const gram = await products.gram(permutations[group].length, own, permutations);
      lastNeighbours.set(group, neighboursOf(all, permutations));
      return gram;
    },
    unchanged(group, permutations) {
      const before = lastNeighbours.get(group);
      return before !== undefined && holds(before, permutations);
    },
    refresh() {
      const corrected = correctedGroups();
      for (const group of corrected) {
        parts.get(group)!.filter(isCorrected).forEach(forget);
        lastNeighbours.delete(group);
      }
      correctedBefore.clear();
      return corrected;
    },
    corrected: correctedGroups,
    resume({ settled, corrected }, permutations) {
      for (const group of settled) {
        lastNeighbours.set(group, neighboursOf(parts.get(group)!, permutations));
      }
      correctedBefore = new Set(corrected);
    },
    restart() {
      correctedBefore.clear();
      for (const own of parts.values())
        own.filter(({ others }) => others.length > 0).forEach(forget);
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
      for (const own of parts.values()) for (const part of own) forget(part);
      products.release();
    },
  };
}

function makeParts<Matrix>(
  { terms, bytes }: Products<Matrix>,
  groups: readonly string[],
): Map<string, Part<Matrix>[]> {
  let room = bytes;
  const makePart = (set: PlaceSet): Part<Matrix> => {
    const size = 4 * set.places[0].place.units ** 2;
    const kept = size <= room;
    if (kept) room -= size;
    return { ...set, kept, value: null, holdsFor: new Map(), corrections: 0 };
  };
  return new Map(groups.map((group) => [group, placeSets(terms, group).map(makePart)]));
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
  { places, others, holdsFor, corrections }: Part<Matrix>,
  permutations: Permutations,
): Movement | null {
  const changed = others.filter(({ group }) => !isSame(holdsFor.get(group)!, permutations[group]));
  if (changed.length !== 1 || corrections >= MOST_CORRECTIONS) return null;
  const [other] = changed;
  const [{ place }] = places;
  if (other.axis === place.axis || other.group === place.group) return null;
  if (other.coupling !== null || place.coupling !== null) return null;
  const before = holdsFor.get(other.group)!;
  const now = permutations[other.group];
  const moved: number[] = [];
  for (let unit = 0; unit < now.length; unit++) if (now[unit] !== before[unit]) moved.push(unit);
  return 2 * moved.length < now.length ? { other, before, moved } : null;
}

function neighboursOf(
  own: readonly Pick<Part<unknown>, 'others'>[],
  permutations: Permutations,
): Map<string, Permutation> {
  const names = own.flatMap(({ others }) => others.map(({ group }) => group));
  return new Map(names.map((group) => [group, permutations[group]]));
}

/** True if none of the groups has moved. */
function holds(before: Map<string, Permutation>, permutations: Permutations): boolean {
  for (const [group, p] of before) if (!isSame(p, permutations[group])) return false;
  return true;
}
