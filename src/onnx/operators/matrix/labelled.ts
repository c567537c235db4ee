import type { Value } from '../../values/value';

/** A value with a label for each axis. Axes with one label have one size, or 1. */
export interface Labelled<Of extends Value = Value> {
  readonly value: Of;
  readonly labels: readonly string[];
}
