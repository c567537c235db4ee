import type { LayerConfig, ModelConfig } from './publishedModels';

/**
 * The unit at a position of an axis, as `group:unit`, or `fixed`. Both the walk and
 * a derived spec are written so, to be compared up to the names of groups and the order of their units.
 */
export type Token = string;

/** The axes of each weight, by Keras's name of it. */
export type WalkedAxes = Readonly<Record<string, readonly (readonly Token[])[]>>;

/** The channels of a layer's output. */
type Channels = readonly { readonly space: number; readonly unit: number }[];

/**
 * The symmetry of a convolutional network, found by walking the configuration of its layers: each dense layer and
 * convolution makes a space of channels, `Add` unites two, `Concatenate` strings them together, `Flatten`
 * repeats them for each position, and what reaches the output is fixed. It knows nothing of tensors, kernels
 * or traces: an oracle for the specs that those yield.
 */
export function walkConfig(
  { layers, output_layers }: ModelConfig,
  shapes: Readonly<Record<string, readonly number[]>>,
): WalkedAxes {
  const parents: number[] = [0]; // Space 0 is what cannot be permuted.
  const find = (space: number): number => (parents[space] === space ? space : find(parents[space]));
  const unite = (a: number, b: number): void => {
    const [low, high] = [find(a), find(b)].sort((x, y) => x - y);
    parents[high] = low;
  };
  const create = (size: number): Channels => {
    const space = parents.push(parents.length) - 1;
    return Array.from({ length: size }, (_, unit) => ({ space, unit }));
  };
  const still = (size: number): Channels =>
    Array.from({ length: size }, (_, unit) => ({ space: 0, unit }));

  const axes: Record<string, Channels[]> = {};
  const outputs = new Map<string, Channels>();
  const byName = new Map(layers.map((layer) => [layer.name, layer]));
  const outputOf = (name: string): Channels => {
    const known = outputs.get(name);
    if (known) return known;
    const made = walkLayer(byName.get(name)!);
    outputs.set(name, made);
    return made;
  };
  const vector = (layer: LayerConfig, weights: readonly string[], channels: Channels) => {
    for (const weight of weights)
      if (shapes[`${layer.name}/${weight}`]) axes[`${layer.name}/${weight}`] = [channels];
  };

  const walkLayer = (layer: LayerConfig): Channels => {
    const [call = []] = layer.inbound_nodes;
    const inputs = call.map(([name]) => outputOf(name));
    const [x] = inputs;
    switch (layer.class_name) {
      case 'InputLayer':
        return still((layer.config.batch_input_shape as number[]).at(-1)!);
      case 'ZeroPadding2D':
      case 'ReLU':
      case 'Activation':
      case 'Dropout':
      case 'MaxPooling2D':
      case 'AveragePooling2D':
      case 'Flatten': // Rows are repeated where a dense layer takes them.
        return x;
      case 'BatchNormalization':
        vector(layer, ['gamma', 'beta', 'moving_mean', 'moving_variance'], x);
        return x;
      case 'Add':
        for (const other of inputs.slice(1))
          for (const [i, { space }] of other.entries()) unite(space, x[i].space);
        return x;
      case 'Concatenate':
        return inputs.flat();
      case 'DepthwiseConv2D': {
        const name = `${layer.name}/depthwise_kernel`;
        const [height, width, , multiplier] = shapes[name];
        if (multiplier !== 1) throw new Error('the walk knows no depth multiplier');
        axes[name] = [still(height), still(width), x, still(1)];
        vector(layer, ['bias'], x);
        return x;
      }
      case 'Conv2D': {
        const [height, width, , filters] = shapes[`${layer.name}/kernel`];
        const made = create(filters);
        axes[`${layer.name}/kernel`] = [still(height), still(width), x, made];
        vector(layer, ['bias'], made);
        return made;
      }
      case 'Dense': {
        const [rows, units] = shapes[`${layer.name}/kernel`];
        const made = create(units);
        const positions = Array.from({ length: rows / x.length }, () => x);
        axes[`${layer.name}/kernel`] = [positions.flat(), made];
        vector(layer, ['bias'], made);
        return made;
      }
      default:
        throw new Error(`the walk knows no ${layer.class_name}`);
    }
  };
  for (const [name] of output_layers) for (const { space } of outputOf(name)) unite(0, space);
  const token = ({ space, unit }: Channels[number]): Token =>
    find(space) === 0 ? 'fixed' : `${find(space)}:${unit}`;
  return Object.fromEntries(
    Object.entries(axes).map(([name, list]) => [name, list.map((axis) => axis.map(token))]),
  );
}
