import { assertChoice, shown } from '../../checks';
import { invalid } from '../../errors';

/**
 * The naming of parameters and the order of their axes in a framework.
 *
 * - `'tfjs'`: kernels `[…, in, out]` named `…/kernel`, `…/bias`; batch normalisation `…/gamma`,
 *   `…/beta`, `…/moving_mean`, `…/moving_variance`; flattened convolutions are channels-last.
 * - `'pytorch'`: weights `[out, in, …]` named `….weight`, `….bias`; batch normalisation `….weight`,
 *   `….bias`, `….running_mean`, `….running_var`; flattened convolutions are channels-first.
 */
export type Layout = 'tfjs' | 'pytorch';

/** The patterns of some parameters, by name. */
export type Patterns = Record<string, string>;

/** The item of an axis whose units a layer computes. */
export function produced(item: string): string {
  return item === '_' ? item : `${item}>`;
}

/** The item of an axis whose units a layer reads, and adds over. */
export function consumed(item: string): string {
  return item === '_' ? item : `>${item}`;
}

/** The patterns of a dense layer from the units `input` to the units `output`. */
export function dense(layout: Layout, name: string, input: string, output: string): Patterns {
  const [from, to] = [consumed(input), produced(output)];
  return layout === 'tfjs'
    ? { [`${name}/kernel`]: `${from} ${to}`, [`${name}/bias`]: `? ${to}` }
    : { [`${name}.weight`]: `${to} ${from}`, [`${name}.bias`]: `? ${to}` };
}

/** The patterns of a two-dimensional convolution from the channels `input` to the channels `output`. */
export function convolution(layout: Layout, name: string, input: string, output: string): Patterns {
  const [from, to] = [consumed(input), produced(output)];
  return layout === 'tfjs'
    ? { [`${name}/kernel`]: `_ _ ${from} ${to}`, [`${name}/bias`]: `? ${to}` }
    : { [`${name}.weight`]: `${to} ${from} _ _`, [`${name}.bias`]: `? ${to}` };
}

/** The patterns of a batch normalisation of the channels `units`, with optional scale and shift. */
export function batchNormalisation(layout: Layout, name: string, units: string): Patterns {
  const item = produced(units);
  return layout === 'tfjs'
    ? {
        [`${name}/gamma`]: `? ${item}`,
        [`${name}/beta`]: `? ${item}`,
        [`${name}/moving_mean`]: item,
        [`${name}/moving_variance`]: item,
      }
    : {
        [`${name}.weight`]: `? ${item}`,
        [`${name}.bias`]: `? ${item}`,
        [`${name}.running_mean`]: item,
        [`${name}.running_var`]: item,
        [`${name}.num_batches_tracked`]: '?',
      };
}

/** Adds the patterns of a layer. Throws if another layer has one of its names. */
export function addLayer(patterns: Patterns, layer: Patterns): void {
  for (const [name, pattern] of Object.entries(layer)) {
    if (Object.hasOwn(patterns, name)) {
      throw invalid(
        `two layers have the parameter '${name}'`,
        'Give each layer a name of its own',
        { param: name },
      );
    }
    patterns[name] = pattern;
  }
}

/** The pattern item of a dense layer's input that is a flattened convolution of the channels `units`. */
export function flattened(layout: Layout, units: string): string {
  return layout === 'tfjs' ? `(_ ${units})` : `(${units} _)`;
}

/** Throws unless the value is a layout. */
export function assertLayout(layout: Layout): void {
  assertChoice('layout', layout, ['tfjs', 'pytorch']);
}

/** The most layers or blocks of a preset, far more than networks have: each takes memory. */
export const MOST_LAYERS = 10_000;

/**
 * Throws unless there is at least one count, all are integers ≥ 1, and their sum is at most {@link MOST_LAYERS}.
 *
 * @param param - The argument that holds the counts.
 * @param what - The subject of the message.
 */
export function assertCounts(param: string, what: string, counts: readonly number[]): void {
  const isList = Array.isArray(counts) && counts.length > 0;
  if (!isList || !counts.every((count) => Number.isInteger(count) && count >= 1)) {
    throw invalid(
      `${what} must be integers ≥ 1, received ${Array.isArray(counts) ? `[${counts.map(shown)}]` : shown(counts)}`,
      'Pass one number for each stage, such as [2, 2, 2, 2]',
      { param, received: counts },
    );
  }
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total > MOST_LAYERS) {
    throw invalid(
      `${what} are ${total} in all, more than ${MOST_LAYERS}`,
      'Write the spec of a deeper network with permutationSpec',
      { param, received: total },
    );
  }
}
