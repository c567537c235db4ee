import type { OptionTable } from '../../checks';
/** Options of {@link verifySpec}. */
export interface VerifySpecOptions {
  /** The seed of the permutations and of the disturbance, an integer. Default 0. */
  seed?: number;
  /** The largest error of an output that counts as rounding, relative to its spread. Default 1e-3. */
  tolerance?: number;
  /**
   * True to disturb the params first: each weight by at most a tenth of it, zeros by at most 0.01. Units that are
   * equal by chance, as in a new network, then differ. Default true.
   */
  disturb?: boolean;
  /** Aborts the work. The promise rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** The names of the options of {@link verifySpec}. */
export const VERIFY_SPEC_OPTIONS = {
  ...{ seed: true, tolerance: true, signal: true },
  disturb: 'boolean',
} as const satisfies OptionTable<VerifySpecOptions>;

/** The outcome of {@link verifySpec} for one output. */
export interface OutputVerification {
  /** The largest error over several permutations of all groups; see {@link verifySpec}. */
  readonly error: number;
  /**
   * The largest rounding / range of its features, where range is the larger of the two numbers whose minimum is the
   * spread. Smaller changes are not seen. Infinite for an output that does not vary.
   */
  readonly resolution: number;
  /** The groups that change it, each with the error of permuting it alone. */
  readonly groups: Readonly<Record<string, number>>;
}

/** The outcome of {@link verifySpec}. */
export interface SpecVerification {
  /** True if no permutation of the groups changes an output. */
  readonly ok: boolean;
  /** The largest error of an output with all groups permuted. */
  readonly error: number;
  /**
   * The outcome for each output. The name is `output` for a single tensor, else the path in the value that `forward`
   * returns (`boxes`, `0`, `heads.1`). Values that a kernel selects from are an output too (`TopK 0`).
   */
  readonly outputs: Readonly<Record<string, OutputVerification>>;
  /** The groups that change outputs, each with its largest error. Empty if `ok`. */
  readonly groups: Readonly<Record<string, number>>;
  /** Notes on selections that were compared, and on outputs that vary too little for their precision. */
  readonly warnings: readonly string[];
}
