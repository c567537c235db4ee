/** A tensor of the forward pass whose channels are measured. */
export interface Tap {
  /** The index of the call. */
  readonly call: number;
  /** The name of the call's input; null for the call's output, before a fused nonlinearity. */
  readonly input: string | null;
  /** The axes of the tensor. Channel = row-major index over them. */
  readonly channelAxes: readonly number[];
}

/** A batch normalisation whose statistics are parameters. */
export interface NormLayer {
  readonly kind: 'batchNorm';
  /** The parameter that holds the mean of the taps [channels]. */
  readonly mean: string;
  /** The parameter that holds their variance [channels]. */
  readonly variance: string;
  /** Its input at each use. */
  readonly taps: readonly Tap[];
}

/** A contraction with a kernel. Its parameters can scale and shift its output. */
export interface AffineLayer {
  readonly kind: 'rescale';
  readonly kernel: ChannelParameter;
  /** Null if there is none. The layer then cannot be shifted. */
  readonly bias: ChannelParameter | null;
  /** The number of channels of its output. */
  readonly channels: number;
  /** Its output at each use, with the bias. */
  readonly taps: readonly Tap[];
}

/** A parameter with the channel of each of its values. */
export interface ChannelParameter {
  readonly param: string;
  /** The channel of each value by its flat index; −1 for none. */
  readonly channelOf: Int32Array;
}

/** A layer that can be repaired. */
export type RepairLayer = NormLayer | AffineLayer;
