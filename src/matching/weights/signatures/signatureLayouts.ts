import { crossOffsets } from '../../../params/internal';
import { indices } from '../../../permutation/internal';
import { type Place, placePositions } from '../../../symmetry/internal';
import type { Term } from '../term';
import { type AxisOrbits, axisOrbits } from './axisOrbits';
import { unitCopies } from './unitCopies';

/** Numbers in the order of their classes. */
interface Classes {
  readonly order: Int32Array;
  /** The end of each class in `order`: `[classes]`. */
  readonly ends: Int32Array;
}

/**
 * A part of a unit's values, divided into stretches whose values permutations of other groups exchange: every class
 * of copies times every class of positions on the other axes.
 */
export interface SignatureLayout {
  /** The number of places on each value. */
  readonly coverage: number;
  /** Copies of the unit. */
  readonly copies: Classes;
  /** Positions on the other axes, numbered row-major. */
  readonly rest: Classes;
}

/** The layouts of each place: they are the same at every use of a place. */
const known = new WeakMap<Place, readonly SignatureLayout[]>();

/**
 * Divides the values of a unit at a place into layouts, which together have each value once.
 *
 * @param places - All places on the parameter.
 * @param shape - The shape of the parameter's view.
 */
export function signatureLayouts(
  places: readonly Place[],
  place: Place,
  shape: readonly number[],
): readonly SignatureLayout[] {
  const before = known.get(place);
  if (before) return before;
  const layouts = makeLayouts(places, place, shape);
  known.set(place, layouts);
  return layouts;
}

function makeLayouts(
  places: readonly Place[],
  place: Place,
  shape: readonly number[],
): SignatureLayout[] {
  const axes = orbitsOfAxes({ places }, shape);
  const rest = byCoverage(crossOrbits(axes.filter((_, axis) => axis !== place.axis)));
  return byCoverage(copiesOf(place, { places }, axes[place.axis])).flatMap((copies) =>
    rest.map((positions) => ({
      coverage: copies.coverage + positions.coverage,
      copies: copies.classes,
      rest: positions.classes,
    })),
  );
}

/**
 * True if the places on each axis of a term are disjoint or share their positions as the digits of a product do.
 * Positions written out may overlap in other ways.
 */
export function isRegular(term: Pick<Term, 'places'>, shape: readonly number[]): boolean {
  const axes = orbitsOfAxes(term, shape);
  return (
    axes.every(isEven) &&
    term.places.every((place) => {
      const axis = axes[place.axis];
      return keepsUnits(place, term, axis) && isEven(copiesOf(place, term, axis));
    })
  );
}

function orbitsOfAxes({ places }: Pick<Term, 'places'>, shape: readonly number[]): AxisOrbits[] {
  return shape.map((size, axis) =>
    axisOrbits(
      size,
      places.filter((each) => each.axis === axis),
    ),
  );
}

/** True if the copies of a unit have orbits. */
function keepsUnits(
  place: Place,
  { places }: Pick<Term, 'places'>,
  { labels }: AxisOrbits,
): boolean {
  return unitCopies(place, onAxisOf(place, places), labels.length) !== null;
}

/** The orbits of the copies of a unit; each copy is alone where there are none. */
function copiesOf(place: Place, { places }: Pick<Term, 'places'>, axis: AxisOrbits): AxisOrbits {
  const found = unitCopies(place, onAxisOf(place, places), axis.labels.length);
  const positions = placePositions(place);
  return {
    ...(found ?? { labels: indices(place.copies), count: place.copies }),
    coverage: Int32Array.from({ length: place.copies }, (_, r) => axis.coverage[positions[r]]),
  };
}

function onAxisOf({ axis }: Place, places: readonly Place[]): Place[] {
  return places.filter((each) => each.axis === axis);
}

/** True if all positions of an orbit have the same number of places. */
function isEven({ labels, count, coverage }: AxisOrbits): boolean {
  const first = new Int32Array(count).fill(-1);
  return labels.every((label, position) => {
    if (first[label] === -1) first[label] = coverage[position];
    return first[label] === coverage[position];
  });
}

/** The products of the orbits of several axes. */
function crossOrbits(axes: readonly AxisOrbits[]): AxisOrbits {
  let product: AxisOrbits = { labels: Int32Array.of(0), count: 1, coverage: Int32Array.of(0) };
  for (const { labels, count, coverage } of axes) {
    product = {
      labels: crossOffsets(
        product.labels.map((label) => label * count),
        labels,
      ),
      count: product.count * count,
      coverage: crossOffsets(product.coverage, coverage),
    };
  }
  return product;
}

/** The orbits as classes, those with the same number of places together. */
function byCoverage(orbits: AxisOrbits): { coverage: number; classes: Classes }[] {
  const { labels, coverage } = orbits;
  return [...new Set(coverage)].map((number) => {
    const numbers = indices(labels.length);
    const own = numbers.filter((i) => coverage[i] === number);
    return { coverage: number, classes: classesOf(own, orbits) };
  });
}

/** Some numbers ordered by their labels. */
function classesOf(numbers: Int32Array, { labels, count }: AxisOrbits): Classes {
  const ends = new Int32Array(count);
  for (const i of numbers) ends[labels[i]]++;
  for (let label = 1; label < count; label++) ends[label] += ends[label - 1];
  const order = new Int32Array(numbers.length);
  const next = ends.slice();
  for (let k = numbers.length - 1; k >= 0; k--) order[--next[labels[numbers[k]]]] = numbers[k];
  return { order, ends: ends.filter((end, label) => end > (label === 0 ? 0 : ends[label - 1])) };
}
