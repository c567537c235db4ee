import type { Constraints, Space } from '../constraints';
import { isFree, isOwnAxis, joinAxes, type Label, makeLabel } from '../label';
import { equate, join, type LetterBundle, pinLetters, project } from './letterBundle';

/** A tensor in an expression, as in einsum: a letter for each axis; null for an axis of size 1. */
export interface Operand {
  readonly label: Label;
  readonly letters: readonly (string | null)[];
}

/** The result of an expression: a letter for each axis. */
export interface Result {
  readonly letters: readonly string[];
  readonly shape: readonly number[];
}

/** Options of {@link combine}. */
export interface CombineOptions {
  /** The reason for each letter that is fixed, whatever the operands' labels. Default none. */
  fixed?: Readonly<Record<string, string>>;
  /** True to join axes of the result that come from an unused parameter alone to one space. Default false. */
  joinFresh?: boolean;
  /** Called with each space that comes to the result of a contraction from one operand alone. */
  onProduced?: (operand: Operand, space: Space) => void;
}

/**
 * The label of y[result] = Σ f(operands). f is elementwise, and the sum, or any other symmetric function, runs over
 * the letters that are not in the result. Elementwise operations, contractions, convolutions and reductions all have
 * this form.
 *
 * The equation still holds if the positions of a letter are permuted alike in all operands. Spaces that meet at a
 * letter are therefore equal there, and a letter that is fixed in one operand is fixed in all.
 */
export function combine(
  constraints: Constraints,
  operands: readonly Operand[],
  { letters, shape }: Result,
  { fixed = {}, joinFresh = false, onProduced }: CombineOptions = {},
): Label {
  for (const operand of operands) settle(constraints, operand, operands, joinFresh ? letters : []);
  const fixedLetters = new Map(Object.entries(fixed));
  const byOperand = operands.map((operand) => lettered(operand, fixedLetters));
  const bundles = byOperand.flat();
  for (const own of byOperand) noteApart(constraints, own, bundles, letters);
  for (const bundle of bundles) pinLetters(constraints, bundle, fixedLetters);
  for (const [i, a] of bundles.entries()) {
    for (const b of bundles.slice(i + 1)) {
      const shared = a.letters.filter((letter) => b.letters.includes(letter));
      if (shared.length === 0) continue;
      equate(constraints, project(constraints, a, shared), project(constraints, b, shared));
    }
  }
  const kept = resultBundles(constraints, bundles, letters);
  if (onProduced) reportProduced(constraints, operands, letters, onProduced);
  return makeLabel(
    shape,
    letters.map((letter) => fixedLetters.get(letter) ?? null),
    kept.map((bundle) => ({
      space: bundle.space,
      axes: bundle.letters.map((letter) => letters.indexOf(letter)),
    })),
  );
}

/**
 * Joins axes of an unused parameter to one space: those that are one space in another operand, and those letters of
 * `joinable` that come from the parameter alone.
 */
function settle(
  constraints: Constraints,
  operand: Operand,
  operands: readonly Operand[],
  joinable: readonly string[],
): void {
  const { label, letters } = operand;
  if (!label.fresh) return;
  label.fresh = false;
  const own = new Map<string, number>();
  letters.forEach((letter, axis) => {
    if (letter !== null && isOwnAxis(label, axis)) own.set(letter, axis);
  });
  const join = (joined: readonly string[]) => {
    if (joined.length < 2 || !joined.every((letter) => own.has(letter))) return;
    joinAxes(
      constraints,
      label,
      joined.map((letter) => own.get(letter)!),
    );
    for (const letter of joined) own.delete(letter);
  };
  const others = operands.filter((other) => other !== operand);
  for (const other of others) {
    for (const { axes } of other.label.bundles) {
      const joined = axes.map((axis) => other.letters[axis]);
      if (joined.every((letter) => letter !== null)) join(joined as string[]);
    }
  }
  const isElsewhere = (letter: string) =>
    others.some((other) =>
      other.letters.some((each, axis) => each === letter && !isFree(other.label, axis)),
    );
  join([...own.keys()].filter((letter) => joinable.includes(letter) && !isElsewhere(letter)));
}

/** The bundles of an operand by letter. Adds the letters at which the operand is fixed to `fixed`. */
function lettered({ label, letters }: Operand, fixed: Map<string, string>): LetterBundle[] {
  letters.forEach((letter, axis) => {
    if (letter === null || label.shape[axis] === 1) return;
    const why = label.fixed[axis];
    const repeated = letters.indexOf(letter) !== axis && 'its diagonal is taken';
    const reason = why ?? (repeated || null);
    if (reason !== null && !fixed.has(letter)) fixed.set(letter, reason);
  });
  return label.bundles.map(({ space, axes }) => ({
    space,
    letters: axes.map((axis) => letters[axis]!),
    sizes: axes.map((axis) => label.shape[axis]),
  }));
}

/**
 * Records bundles of one operand that could move more freely as one: those that share letters with one bundle of
 * another operand, and those that come to the result alone beside a letter that others share.
 */
function noteApart(
  { apart }: Constraints,
  own: readonly LetterBundle[],
  all: readonly LetterBundle[],
  result: readonly string[],
): void {
  if (own.length < 2) return;
  const others = all.filter((bundle) => !own.includes(bundle));
  const isShared = (letter: string) => others.some(({ letters }) => letters.includes(letter));
  const note = (bundles: readonly LetterBundle[]) => {
    if (bundles.length > 1) apart.push(bundles.map(({ space }) => space));
  };
  for (const { letters: wide } of others.filter(({ letters }) => letters.length > 1)) {
    note(own.filter(({ letters }) => letters.some((letter) => wide.includes(letter))));
  }
  const isKept = (letter: string) => result.includes(letter);
  const alone = own.filter(({ letters }) => letters.some(isKept) && !letters.some(isShared));
  for (const outer of own) {
    const isOuter = outer.letters.some((letter) => isKept(letter) && isShared(letter));
    if (isOuter && outer.letters.length > 1) note([outer, ...alone]);
  }
}

/** The bundles of the result. No two share a letter. */
function resultBundles(
  constraints: Constraints,
  bundles: readonly LetterBundle[],
  letters: readonly string[],
): LetterBundle[] {
  const survivors = bundles
    .filter((bundle) => bundle.letters.some((letter) => letters.includes(letter)))
    .map((bundle) => project(constraints, bundle, letters))
    .sort((a, b) => b.letters.length - a.letters.length);
  let kept: LetterBundle[] = [];
  for (const bundle of survivors) {
    const within = kept.find((each) => bundle.letters.every((l) => each.letters.includes(l)));
    if (within) {
      equate(constraints, project(constraints, within, bundle.letters), bundle);
      continue;
    }
    const overlapping = kept.filter((each) => each.letters.some((l) => bundle.letters.includes(l)));
    kept = kept.filter((each) => !overlapping.includes(each));
    kept.push(overlapping.reduce((joined, each) => join(constraints, each, joined), bundle));
  }
  return kept;
}

/** Reports the spaces that come to the result from one operand of a contraction alone. */
function reportProduced(
  constraints: Constraints,
  operands: readonly Operand[],
  letters: readonly string[],
  onProduced: (operand: Operand, space: Space) => void,
): void {
  for (const operand of operands) {
    if (operand.letters.every((letter) => letter === null || letters.includes(letter))) continue;
    for (const bundle of lettered(operand, new Map())) {
      const brought = bundle.letters.filter((letter) => letters.includes(letter));
      const shared = brought.some((letter) =>
        operands.some((other) => other !== operand && tellsLetter(other, letter)),
      );
      if (brought.length > 0 && !shared) {
        onProduced(operand, project(constraints, bundle, brought).space);
      }
    }
  }
}

/** True if an operand carries information at a letter. */
function tellsLetter({ label, letters }: Operand, letter: string): boolean {
  return letters.some((each, axis) => each === letter && !isFree(label, axis));
}
