import { invalid } from '../../errors';
import type { ModelConfig } from '../architecture';
import { inJson } from './inJson';

/** The keys of configurations with the share of the dimensions of a head that RoPE rotates. */
const SHARES = ['rotary_pct', 'partial_rotary_factor'];

/**
 * The number of dimensions of a head that RoPE rotates.
 *
 * @param otherwise - The share of the dimensions if the configuration has none.
 */
export function rotarySize(config: ModelConfig, headDim: number, otherwise = 1): number {
  const share = shareIn(config) ?? shareIn(Object(config.rope_parameters)) ?? otherwise;
  if (typeof share === 'number' && share >= 0 && share <= 1) return Math.floor(headDim * share);
  throw invalid(
    `the share of rotated dimensions must be in 0 … 1, received ${inJson(share)}`,
    'Pass the config.json of the network',
    { param: SHARES.find((key) => config[key] !== undefined), received: share },
  );
}

function shareIn(config: ModelConfig): unknown {
  return SHARES.map((key) => config[key]).find((share) => share !== undefined && share !== null);
}
