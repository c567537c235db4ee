/** A doubly stochastic matrix P that depends on logits X. */
export interface SoftMatrix {
  /** P, `[n × n]`, row-major. */
  readonly matrix: Float64Array;
  /** ∂L/∂X from ∂L/∂P, both `[n × n]`. */
  gradient(upstream: Float64Array): Float64Array;
}

/** Sinkhorn's soft matrix for exp(X/τ), from logits X `[n × n]` and a temperature τ > 0. */
export type Softening = (logits: Float64Array, n: number, temperature: number) => SoftMatrix;
