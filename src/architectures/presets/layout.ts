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

/** The patterns of a dense layer from the units `input` to the units `output`. */
export function dense(layout: Layout, name: string, input: string, output: string): Patterns {
  return layout === 'tfjs'
    ? { [`${name}/kernel`]: `${input} ${output}`, [`${name}/bias`]: `? ${output}` }
    : { [`${name}.weight`]: `${output} ${input}`, [`${name}.bias`]: `? ${output}` };
}

/** The patterns of a two-dimensional convolution from the channels `input` to the channels `output`. */
export function convolution(layout: Layout, name: string, input: string, output: string): Patterns {
  return layout === 'tfjs'
    ? { [`${name}/kernel`]: `_ _ ${input} ${output}`, [`${name}/bias`]: `? ${output}` }
    : { [`${name}.weight`]: `${output} ${input} _ _`, [`${name}.bias`]: `? ${output}` };
}

/** The patterns of a batch normalisation of the channels `units`, with optional scale and shift. */
export function batchNormalisation(layout: Layout, name: string, units: string): Patterns {
  return layout === 'tfjs'
    ? {
        [`${name}/gamma`]: `? ${units}`,
        [`${name}/beta`]: `? ${units}`,
        [`${name}/moving_mean`]: units,
        [`${name}/moving_variance`]: units,
      }
    : {
        [`${name}.weight`]: `? ${units}`,
        [`${name}.bias`]: `? ${units}`,
        [`${name}.running_mean`]: units,
        [`${name}.running_var`]: units,
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
