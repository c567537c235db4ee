import type { Digit, Part } from './part';

/** Bits for what is known of a parameter's role at a position. */
export const PRODUCES = 1;
export const CONSUMES = 2;
export const UNSURE = 4;

/** A use of a parameter: its units along a digit of a part have this role. */
export interface Mark {
  readonly part: Part;
  readonly digit: Digit;
  readonly role: number;
}
