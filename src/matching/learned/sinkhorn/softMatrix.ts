/** A doubly stochastic matrix P that depends on logits X. */
export interface SoftMatrix {
  /** P, `[n × n]`, row-major. */
  readonly matrix: Float64Array;
  /** ∂L/∂X from ∂L/∂P, both `[n × n]`. */
  gradient(upstream: Float64Array): Float64Array;
}

/** How a soft matrix is made from logits X, `[n × n]`, at a temperature τ > 0: that of Sinkhorn for exp(X/τ). */
export type Softening = (logits: Float64Array, n: number, temperature: number) => SoftMatrix;
