import { activations } from './elementwise/activations';
import { arithmetic } from './elementwise/arithmetic';
import { convolutions } from './images/convolutions';
import { poolings } from './images/poolings';
import { matrixProducts } from './matrix/matrixProducts';
import { batchNormalizations } from './norms/batchNormalizations';
import { groupNormalizations } from './norms/groupNormalizations';
import { layerNormalizations } from './norms/layerNormalizations';
import { localResponseNormalizations } from './norms/localResponseNormalizations';
import type { Operators } from './operator';
import { recurrences } from './recurrent/recurrences';
import { reshapes } from './shapes/reshapes';

/** The operators that are computed, by {@link operatorName}. */
export const operators: Operators = {
  ...arithmetic,
  ...activations,
  ...matrixProducts,
  ...convolutions,
  ...poolings,
  ...batchNormalizations,
  ...groupNormalizations,
  ...layerNormalizations,
  ...localResponseNormalizations,
  ...recurrences,
  ...reshapes,
};
