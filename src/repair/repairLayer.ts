/** A tensor of the forward pass whose channels are measured. */
export interface Tap {
  /** The index of the call. */
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
  /** Null where there is none: then the layer cannot be shifted. */
  readonly bias: ChannelParameter | null;
  /** The number of channels of its output. */
  readonly channels: number;
  /** Its output with the bias, for each time that it is used. */
  readonly taps: readonly Tap[];
}

/** A parameter each of whose values belongs to a channel. */
export interface ChannelParameter {
  readonly param: string;
  /** The channel of each value by its flat index, −1 for none. */
  readonly channelOf: Int32Array;
}

/** A layer that can be repaired. */
export type RepairLayer = NormLayer | AffineLayer;
