import { activations } from './elementwise/activations';
import { arithmetic } from './elementwise/arithmetic';
import { convolutions } from './images/convolution';
import { matrixProducts } from './matrix/matrixProducts';
import type { Operators } from './operator';
import { reshapes } from './shapes/reshapes';

/** The operators that are computed, by {@link operatorName}. */
export const operators: Operators = {
  ...arithmetic,
  ...activations,
  ...matrixProducts,
  ...convolutions,
  ...reshapes,
};
