/**
 * The names of the fields of all reports. A metric must not have one of them, because metrics are fields of the
 * same objects. One list serves every function, so that the metrics of `barrier` fit into each report.
 */
const REPORT_FIELDS = {
  // Barriers, surfaces and planes: their points, and the fields of one metric.
  alphas: true,
  weights: true,
  points: true,
  xs: true,
  ys: true,
  networks: true,
  values: true,
  barrier: true,
  max: true,
  argmax: true,
  barycentre: true,
  // Reports on connectivity, their pairs, rows and verdicts.
  claim: true,
  names: true,
  reference: true,
  steps: true,
  from: true,
  pairs: true,
  permutations: true,
  unmatched: true,
  matched: true,
  own: true,
  ownPermutations: true,
  one: true,
  given: true,
  barriers: true,
  joint: true,
  matrix: true,
  simplex: true,
  unmatchedSimplex: true,
  verdict: true,
  ownVerdict: true,
  unmatchedVerdict: true,
  simplexVerdict: true,
  unmatchedSimplexVerdict: true,
  a: true,
  b: true,
  kind: true,
  metric: true,
  tolerance: true,
  holds: true,
} as const;

/** The name of a field of a report. */
export type ReportField = keyof typeof REPORT_FIELDS;

/** True for the name of a field of a report, or of a property that every object has. */
export function isReportField(name: string): boolean {
  return name in REPORT_FIELDS;
}
