import type { Tensor } from '@tensorflow/tfjs-core';
import { invalid } from '../../errors';
import type { TestSet } from './testSet';

/** The labels or targets of a test set. Throws if it has none. */
export function labelsOf({ y }: TestSet): Tensor {
  if (y !== null) return y;
  throw invalid(
    'the data hold no labels y',
    'Save class numbers as integers [N], or targets as floats, under the name y',
    { param: 'y' },
  );
}
