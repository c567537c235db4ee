import { invalid } from '../../errors';
import type { ModelConfig } from '../architecture';
import { inJson } from './inJson';

/** A list of integers ≥ 1 in a configuration. */
export function configIntegers(config: ModelConfig, key: string): readonly number[] {
  const value = config[key];
  const isList = Array.isArray(value) && value.length > 0;
  if (isList && value.every((each) => Number.isSafeInteger(each) && each >= 1)) return value;
  throw invalid(
    value === undefined
      ? `the configuration has no '${key}'`
      : `'${key}' of the configuration must be a list of integers ≥ 1, received ${inJson(value)}`,
    'Pass the config.json of the network',
    { param: key, received: value },
  );
}
