import type { BarrierReport, SimplexReport } from '../metrics';
import type { PlainPermutations } from './reports';

/** The value of a cell, by its kind. */
export interface CellValues {
  /** Permutations that a matcher found or that the caller passed. */
  readonly permutations: PlainPermutations;
  /** The barrier between two networks. */
  readonly barrier: BarrierReport;
  /** The barrier on a simplex. */
  readonly simplex: SimplexReport;
}

/** One finished part of a report on connectivity: plain data, to be stored and passed to a resumed report. */
export type ConnectivityCell = {
  readonly [Kind in keyof CellValues]: {
    /** The kind of the value. */
    readonly kind: Kind;
    /** The settings of the report that made it. A report with other settings refuses it. */
    readonly settings: CellSettings;
    /** The permutations, or the barriers measured. */
    readonly value: CellValues[Kind];
  };
}[keyof CellValues];

/** Settings by name, such as the number of points. */
export type CellSettings = Readonly<Record<string, string | number>>;

/** A cell that a report may contain. */
export interface CellPlan {
  readonly kind: keyof CellValues;
  readonly settings: CellSettings;
  /** True if the report computes it. Other cells of the plan may only be passed as finished. */
  readonly needed: boolean;
}
