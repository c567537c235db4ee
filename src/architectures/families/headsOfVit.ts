import { invalid } from '../../errors';
import type { ModelConfig } from '../architecture';

/** The number of heads of a vision transformer, and its source. */
interface HeadsOfVit {
  /** Null if it is not known. */
  readonly heads: number | null;
  /** True if it is that of the published network with this width and depth. */
  readonly isPublished: boolean;
}

/**
 * The number of heads of a vision transformer: that of its configuration, or of the published network with this width
 * and depth.
 */
export function headsOfVit(config: ModelConfig | null, width: number, depth: number): HeadsOfVit {
  const heads = config?.num_attention_heads ?? config?.num_heads ?? null;
  const published = PUBLISHED[`${width}/${depth}`] ?? null;
  if (heads === null) return { heads: published, isPublished: published !== null };
  if (typeof heads === 'number' && Number.isInteger(heads) && heads >= 1 && width % heads === 0) {
    return { heads, isPublished: false };
  }
  throw invalid(
    `the configuration has ${heads} attention heads, which do not divide the width ${width}`,
    'Pass the configuration of this network',
    { param: 'config', received: heads },
  );
}

/**
 * Heads by width and number of layers: the networks tiny, small and medium of timm, base, large and huge of Dosovitskiy
 * et al., An Image is Worth 16×16 Words (2021), giant and gigantic of Zhai et al., Scaling Vision Transformers (2022).
 */
const PUBLISHED: Readonly<Record<string, number>> = {
  '192/12': 3,
  '384/12': 6,
  '512/12': 8,
  '768/12': 12,
  '1024/24': 16,
  '1280/32': 16,
  '1408/40': 16,
  '1664/48': 16,
};
