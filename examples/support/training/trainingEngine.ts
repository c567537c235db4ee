import type { Params } from 'perm-lmc';
import type { LayerNormNetwork } from '../layerNorm/layerNormNetwork';

/** Images of one step, and their classes. */
export interface LabelledBatch {
  /** Standardised pixels [count, size, size, 3], row-major. */
  readonly images: Float32Array;
  readonly labels: Int32Array;
  readonly count: number;
  /** Height and width of the images. */
  readonly size: number;
}

/** The state of stochastic gradient descent with momentum. */
export interface TrainingState {
  readonly params: Params;
  /** The velocity of every parameter; zeros at the start if it is missing. */
  readonly velocity?: Params;
}

/** The state that a training engine starts from, and the constants of its steps. */
export interface TrainingEngineOptions extends TrainingState {
  readonly network: LayerNormNetwork;
  /** For some or all parameters, 0 where they are held at zero from the start on, 1 elsewhere. */
  readonly mask?: Params;
  /** Default 0.9. */
  readonly momentum?: number;
  /** Default 1e-4. It applies to all parameters, as in PyTorch. */
  readonly weightDecay?: number;
}

/**
 * Steps of stochastic gradient descent on the mean cross-entropy, with momentum as PyTorch has it:
 *
 *     g = ∂loss/∂w + decay·w      v ← momentum·v + g      w ← w − rate·v
 */
export interface TrainingEngine {
  /** Makes one step; the loss of the batch before it. */
  step(batch: LabelledBatch, rate: number): Promise<number>;
  /** Copies of the parameters and velocities, which the caller disposes. */
  read(): Promise<Required<TrainingState>>;
  dispose(): void;
}

/** Makes an engine. It copies the parameters, the velocity and the mask. */
export type CreateTrainingEngine = (options: TrainingEngineOptions) => Promise<TrainingEngine>;
