import { activations } from './elementwise/activations';
import { arithmetic } from './elementwise/arithmetic';
import { convolutions } from './images/convolution';
import { elementGathers } from './indexing/elementGathers';
import { gathers } from './indexing/gathers';
import { pads } from './indexing/pads';
import { reversals } from './indexing/reversals';
import { scatters } from './indexing/scatters';
import { selections } from './indexing/selections';
import { slices } from './indexing/slices';
import { topKs } from './indexing/topKs';
import { matrixProducts } from './matrix/matrixProducts';
import type { Operators } from './operator';
import { gridSamples } from './resize/gridSamples';
import { resizes } from './resize/resizes';
import { blocks } from './shapes/blocks';
import { generators } from './shapes/generators';
import { joins } from './shapes/joins';
import { repeats } from './shapes/repeats';
import { reshapes } from './shapes/reshapes';
import { sizes } from './shapes/sizes';
import { transpositions } from './shapes/transpositions';
import { triangles } from './shapes/triangles';

/** The operators that are computed, by {@link operatorName}. */
export const operators: Operators = {
  ...arithmetic,
  ...activations,
  ...matrixProducts,
  ...convolutions,
  ...reshapes,
  ...sizes,
  ...transpositions,
  ...joins,
  ...repeats,
  ...blocks,
  ...generators,
  ...triangles,
  ...slices,
  ...gathers,
  ...elementGathers,
  ...scatters,
  ...reversals,
  ...pads,
  ...selections,
  ...topKs,
  ...resizes,
  ...gridSamples,
};
