import * as tf from '@tensorflow/tfjs-core';
import { groupSizes, permutationSpec } from 'perm-lmc';
import { mapParams } from '../../src/params/mapParams';

/** The sizes that a spec of patterns finds in tensors of these shapes. */
export function sizesOfPatterns(
  patterns: Record<string, string>,
  shapes: Record<string, number[]>,
  sizes: Record<string, number> = {},
): Record<string, number> {
  return tf.tidy(() =>
    groupSizes(
      permutationSpec(patterns, { sizes }),
      mapParams(shapes, (shape) => tf.zeros(shape)),
    ),
  );
}
