/** Options of {@link verifySpec}. */
export interface VerifySpecOptions {
  /** Of the permutations and of the disturbance; an integer. Default 0. */
  seed?: number;
  /** The difference of an output, relative to its spread, that counts as none. Default 1e-3. */
  tolerance?: number;
  /**
   * Disturbs the params a little first (each weight by at most a tenth, zeros by at most a hundredth), so
   * that units that are equal by chance, as in a new network, are told apart. Default true.
   */
  disturb?: boolean;
  /** Ends the work: it rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** The names of the options of {@link verifySpec}. */
export const VERIFY_SPEC_OPTIONS = {
  ...{ seed: true, tolerance: true, disturb: true, signal: true },
} as const satisfies Record<keyof VerifySpecOptions, true>;

/** The outcome of {@link verifySpec} for one output. */
export interface OutputVerification {
  /** Its error with all groups permuted, the largest over several permutations; see {@link verifySpec}. */
  readonly error: number;
  /**
   * The part of its spread that rounding hides, the largest over its features: smaller changes of it are
   * not seen. Infinite for an output that does not vary.
   */
  readonly resolution: number;
  /** The groups that change it, each with the error that it makes by itself. */
  readonly groups: Readonly<Record<string, number>>;
}

/** The outcome of {@link verifySpec}. */
export interface SpecVerification {
  /** Whether permuting leaves all outputs as they are. */
  readonly ok: boolean;
  /** The largest error of an output with all groups permuted. */
  readonly error: number;
  /**
   * By output: `output` for a single tensor, else the name or the place in what forward returns (`boxes`, `0`,
   * `heads.1`). The scores that a kernel selects from (`TopK 0`) are judged as an output, too.
   */
  readonly outputs: Readonly<Record<string, OutputVerification>>;
  /** The groups that change outputs, with the largest error that each makes; none where all is well. */
  readonly groups: Readonly<Record<string, number>>;
  /** What was compared beside the outputs, and outputs that show less than they should. */
  readonly warnings: readonly string[];
}
