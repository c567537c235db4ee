import { invalid } from '../../errors';
import type { ModelConfig } from '../architecture';
import { inJson } from './inJson';

/**
 * An integer ≥ 1 in a configuration. A key that is null counts as absent.
 *
 * @param keys - The key, or the names that versions have given it.
 * @param otherwise - The value if the key is absent. Default: that is an error.
 */
export function configInteger(
  config: ModelConfig,
  keys: string | readonly string[],
  otherwise?: () => number,
): number {
  const names = [keys].flat();
  const key = names.find((name) => Object.hasOwn(config, name) && config[name] !== null);
  if (key === undefined) {
    if (otherwise !== undefined) return otherwise();
    throw invalid(
      `the configuration has no ${names.map((name) => `'${name}'`).join(' or ')}`,
      'Pass the config.json of the network',
      { param: names[0] },
    );
  }
  const value = config[key];
  if (Number.isSafeInteger(value) && (value as number) >= 1) return value as number;
  throw invalid(
    `'${key}' of the configuration must be an integer ≥ 1, received ${inJson(value)}`,
    'Pass the config.json of the network',
    { param: key, received: value },
  );
}
