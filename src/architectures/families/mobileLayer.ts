/** A layer of a network of inverted residuals. */
export type MobileLayer =
  | {
      readonly kind: 'convolution';
      readonly conv: string;
      /** The batch normalisation after it. Null if there is none. */
      readonly norm: string | null;
    }
  | {
      /** Squeeze-and-excitation: two 1 × 1 convolutions, whose output scales the channels of their input. */
      readonly kind: 'excitation';
      readonly reduce: string;
      readonly expand: string;
    };
