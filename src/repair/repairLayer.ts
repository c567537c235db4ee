/** A tensor of the forward pass whose channels are measured. */
export interface Tap {
  /** The number of the call. */
  readonly call: number;
  /** The name of the call's input that it is; null for its output, before a nonlinearity that is fused into it. */
  readonly input: string | null;
  /** The axes of the tensor whose row-major product are the channels. */
  readonly channelAxes: readonly number[];
}

/** A batch normalisation with statistics among the parameters. */
export interface NormLayer {
  readonly kind: 'batchNorm';
  /** The parameter that holds the mean of the taps, one number for each channel. */
  readonly mean: string;
  /** The parameter that holds their variance. */
  readonly variance: string;
  /** Its input, for each time that it is used. */
  readonly taps: readonly Tap[];
}

/** A contraction with a kernel, whose output can be scaled and shifted by its parameters. */
export interface AffineLayer {
  readonly kind: 'rescale';
  readonly kernel: ChannelParameter;
  /** Null where it has none: then nothing can shift it. */
  readonly bias: ChannelParameter | null;
  /** How many channels its output has. */
  readonly channels: number;
  /** Its output with the bias, for each time that it is used. */
  readonly taps: readonly Tap[];
}

/** A parameter each of whose values belongs to a channel. */
export interface ChannelParameter {
  readonly param: string;
  /** By flat index the channel, −1 for none. */
  readonly channelOf: Int32Array;
}

/** What is repaired at a time. */
export type RepairLayer = NormLayer | AffineLayer;
