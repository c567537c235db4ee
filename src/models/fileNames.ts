import { invalid } from '../errors';
import type { LayerLike } from './layersModelLike';
import { layerWeights } from './layerWeights';

/**
 * The names of a model's weights in the file that it was loaded from, by their names in params. tfjs finds the weight
 * of an entry `a/b/kernel` under that name, or else under `a/kernel`, as TensorFlow adds the name of a cell.
 *
 * @param stored - The names in the file.
 */
export function fileNames(model: LayerLike, stored: readonly string[]): Map<string, string> {
  const weights = layerWeights(model).map(({ name, variable }) => [variable.originalName, name]);
  const byOriginal = new Map(weights as [string, string][]);
  const names = new Map<string, string>();
  for (const file of stored) {
    const param = byOriginal.get(file) ?? byOriginal.get(withoutCell(file));
    if (param !== undefined && !names.has(param)) names.set(param, file);
  }
  const missing = layerWeights(model).find(({ name }) => !names.has(name));
  if (missing) {
    throw invalid(
      `the weight '${missing.variable.originalName}' of the model has another name in the file`,
      'Load the model in tfjs and save it again',
      { param: missing.name },
    );
  }
  return names;
}

function withoutCell(name: string): string {
  const parts = name.split('/');
  return [...parts.slice(0, -2), ...parts.slice(-1)].join('/');
}
