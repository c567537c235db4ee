import type { PermutationSpec } from '../symmetry';

/** A spec with its name for messages and results. */
export interface NamedSpec {
  readonly name: string;
  readonly spec: PermutationSpec;
  /** Warnings about a spec that was derived. */
  readonly warnings: readonly string[];
}
