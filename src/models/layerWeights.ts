import type { LayerLike, LayerVariableLike } from './layersModelLike';

/** A weight of a model, with its name in params. */
export interface NamedWeight {
  /** For example `conv2d_1/kernel`. */
  readonly name: string;
  /** The model's own variable. */
  readonly variable: LayerVariableLike;
}

/**
 * The weights of a model, trained or not, under names that follow from its architecture: the path of the layer,
 * then the weight's own name. Two instances of one architecture have the same names in the same order. A layer
 * that is used twice appears once.
 */
export function layerWeights(model: LayerLike): NamedWeight[] {
  const names = new Map<LayerVariableLike, string>();
  const taken = new Set<string>();
  const visit = (layer: LayerLike, path: readonly string[]): void => {
    for (const [label, part] of partsOf(layer)) visit(part, label === '' ? path : [...path, label]);
    for (const variable of layer.weights) {
      if (names.has(variable)) continue;
      const own = variable.originalName.split('/').at(-1)!;
      names.set(variable, unused([...path, own].join('/'), taken));
    }
  };
  visit(model, []);
  return [...names].map(([variable, name]) => ({ name, variable }));
}

/** A layer with other layers inside. The class decides which field holds them. */
interface Composite {
  readonly layers?: readonly LayerLike[]; // A model.
  readonly forwardLayer?: LayerLike; // Bidirectional.
  readonly backwardLayer?: LayerLike;
  readonly layer?: LayerLike; // TimeDistributed.
  readonly cell?: { readonly cells?: readonly LayerLike[] }; // RNN of several cells.
}

/** The layers inside a layer, each with its part of the path. Empty for a plain layer. */
function partsOf(layer: LayerLike): [label: string, part: LayerLike][] {
  const { layers, forwardLayer, backwardLayer, layer: wrapped, cell } = layer as Composite;
  if (Array.isArray(layers)) return layerLabels(layers).map((label, i) => [label, layers[i]]);
  if (forwardLayer && backwardLayer) {
    return [
      ['forward', forwardLayer],
      ['backward', backwardLayer],
    ];
  }
  if (wrapped) return [['', wrapped]];
  return (cell?.cells ?? []).map((part, i) => [`cell_${i + 1}`, part]);
}

/**
 * The names of a model's layers: the name that the user gave, else the class and a running number among the layers
 * of that class (`dense_1`, `dense_2`, …).
 */
export function layerLabels(layers: readonly LayerLike[]): string[] {
  const taken = new Set(layers.filter((layer) => !isAutomatic(layer)).map(({ name }) => name));
  const counts = new Map<string, number>();
  return layers.map((layer) => {
    if (!isAutomatic(layer)) return layer.name;
    const prefix = snakeCase(layer.getClassName());
    let count = counts.get(prefix) ?? 0;
    do count++;
    while (taken.has(`${prefix}_${count}`));
    counts.set(prefix, count);
    return `${prefix}_${count}`;
  });
}

/**
 * True if a layer was named automatically: `dense_Dense3` by tfjs, `dense` or `dense_3` by Keras, `model1`,
 * `sequential_2` or `functional_4` for a model. These numbers count the layers of a whole process and differ
 * between instances.
 */
function isAutomatic(layer: LayerLike): boolean {
  const { name } = layer;
  if (!name) return true;
  if (Array.isArray((layer as Composite).layers))
    return /^(?:model|sequential|functional)_?\d*$/.test(name);
  const className = layer.getClassName();
  const snake = snakeCase(className);
  if (!name.startsWith(snake)) return false;
  const rest = name.slice(snake.length).replace(`_${className}`, '_');
  return rest === '' || /^_\d+$/.test(rest);
}

/** `BatchNormalization` → `batch_normalization`, as Keras writes it. */
function snakeCase(className: string): string {
  return className
    .replace(/(.)([A-Z][a-z0-9]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

/** The name, with a number appended if it is taken; adds it to `taken`. */
function unused(name: string, taken: Set<string>): string {
  let free = name;
  for (let i = 2; taken.has(free); i++) free = `${name}_${i}`;
  taken.add(free);
  return free;
}
