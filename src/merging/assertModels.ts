import { invalid } from '../errors';
import type { Params } from '../params';
import { assertComparable } from '../params/internal';

/** Throws unless there are at least `least` networks, all comparable with the first. */
export function assertModels(models: readonly Params[], least: number): void {
  if (!Array.isArray(models) || models.length < least) {
    throw invalid(
      `expected at least ${least} network(s), received ${Array.isArray(models) ? models.length : typeof models}`,
      'Pass the networks as an array',
      { param: 'models', received: Array.isArray(models) ? models.length : typeof models },
    );
  }
  for (const [i, model] of models.entries()) {
    assertComparable(models[0], model, ['models[0]', `models[${i}]`]);
  }
}
