import { sizeOf, stridesOf } from '../../../params/internal';
import { type Constraints, rootOf, type Space } from '../constraints';
import { digitMap, stridedMap } from '../indexMap';

/** A bundle with a letter for each axis. */
export interface LetterBundle {
  readonly space: Space;
  readonly letters: readonly string[];
  readonly sizes: readonly number[];
}

/** The projection of a bundle onto some of its letters: a space that the bundle's positions map onto. */
export function project(
  constraints: Constraints,
  { space, letters, sizes }: LetterBundle,
  onto: readonly string[],
): LetterBundle {
  const kept = letters.flatMap((letter, k) => (onto.includes(letter) ? [k] : []));
  const picked = { letters: kept.map((k) => letters[k]), sizes: kept.map((k) => sizes[k]) };
  if (kept.length === letters.length) return { space, ...picked };
  const root = rootOf(space);
  const projection = constraints.once(`project ${root.id} [${sizes}] [${kept}]`, () => {
    const made = constraints.space(sizeOf(picked.sizes));
    constraints.relate(root, made, digitMap(sizes, kept));
    made.fixed = root.fixed;
    return made;
  });
  return { space: projection, ...picked };
}

/** Pins the projections of a bundle onto the letters that are fixed. */
export function pinLetters(
  constraints: Constraints,
  bundle: LetterBundle,
  fixed: ReadonlyMap<string, string>,
): void {
  const repeats = new Set(bundle.letters).size < bundle.letters.length;
  for (const letter of bundle.letters) {
    const why = fixed.get(letter);
    if (why === undefined) continue;
    constraints.pin(repeats ? bundle.space : project(constraints, bundle, [letter]).space, why);
  }
}

/** Ties two bundles over the same letters: they move alike. */
export function equate(constraints: Constraints, a: LetterBundle, b: LetterBundle): void {
  if (a.letters.join() === b.letters.join()) {
    constraints.unite(a.space, b.space);
    return;
  }
  const strides = stridesOf(b.sizes);
  const map = stridedMap(
    a.sizes,
    a.letters.map((letter) => strides[b.letters.indexOf(letter)]),
  );
  constraints.relate(a.space, b.space, map);
}

/** A bundle over the letters of both, with both as projections. */
export function join(constraints: Constraints, a: LetterBundle, b: LetterBundle): LetterBundle {
  const letters = [...a.letters, ...b.letters.filter((letter) => !a.letters.includes(letter))];
  const sizes = letters.map((letter) =>
    a.letters.includes(letter)
      ? a.sizes[a.letters.indexOf(letter)]
      : b.sizes[b.letters.indexOf(letter)],
  );
  const space = constraints.space(sizeOf(sizes));
  for (const part of [a, b]) {
    const onto = part.letters.map((letter) => letters.indexOf(letter));
    constraints.relate(space, part.space, digitMap(sizes, onto));
  }
  return { space, letters, sizes };
}
