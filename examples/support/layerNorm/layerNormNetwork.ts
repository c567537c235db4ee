/**
 * Convolutional networks with layer normalisation as data: a list of layers, from which the spec, the initial
 * parameters, the forward pass and the training programs are made. Parameters have PyTorch's names and layout.
 */

/** A convolution without bias, layer normalisation over channels, height and width, and ReLU if `relu`. */
export interface Convolution {
  readonly kind: 'convolution';
  /** The name of the convolution: its kernel is `conv.weight` [channels, inputs, kernel, kernel]. */
  readonly conv: string;
  /** The name of the normalisation: `norm.weight` and `norm.bias`, [channels]. */
  readonly norm: string;
  readonly inputs: number;
  readonly channels: number;
  /** The height and width of the kernel, 3 or 1; ⌊kernel/2⌋ zeros are added on every side. */
  readonly kernel: 1 | 3;
  readonly stride: 1 | 2;
  readonly relu: boolean;
  /** The groups of the input's channels and of its own; `_` for the colours of the images. */
  readonly from: string;
  readonly to: string;
}

/** 2 × 2 max pooling. */
interface Pooling {
  readonly kind: 'pooling';
}

/** relu(branch(x) + shortcut(x)), where the shortcut is x itself if it is null. */
export interface Residual {
  readonly kind: 'residual';
  readonly branch: readonly Convolution[];
  readonly shortcut: Convolution | null;
}

/** One layer of a network. */
export type Layer = Convolution | Pooling | Residual;

/**
 * A classifier of images [n, size, size, 3]: its layers, then the mean over height and width, and a dense layer,
 * `fc.weight` [10, channels] and `fc.bias` [10].
 */
export interface LayerNormNetwork {
  /** The name that {@link networkOfName} takes, for example `vgg16-1/8`. */
  readonly name: string;
  readonly layers: readonly Layer[];
  /** The number of channels of the last layer, and their group. */
  readonly features: number;
  readonly group: string;
  readonly classes: number;
}

/** The convolutions of a network in forward order. */
export function convolutionsOf({ layers }: LayerNormNetwork): Convolution[] {
  return layers.flatMap(convolutionsIn);
}

/** The convolutions of a layer in forward order; the shortcut of a residual layer comes after its branch. */
export function convolutionsIn(layer: Layer): readonly Convolution[] {
  if (layer.kind === 'convolution') return [layer];
  if (layer.kind === 'pooling') return [];
  return layer.shortcut === null ? layer.branch : [...layer.branch, layer.shortcut];
}
