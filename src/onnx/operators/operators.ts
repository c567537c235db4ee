import { fourierTransforms } from './audio/fourierTransforms';
import { melWeightMatrices } from './audio/melWeightMatrices';
import { shortFourierTransforms } from './audio/shortFourierTransforms';
import { windows } from './audio/windows';
import { activations } from './elementwise/activations';
import { arithmetic } from './elementwise/arithmetic';
import { bitwise } from './elementwise/bitwise';
import { casts } from './elementwise/casts';
import { clipping } from './elementwise/clipping';
import { comparisons } from './elementwise/comparisons';
import { dropouts } from './elementwise/dropouts';
import { softmaxes } from './elementwise/softmaxes';
import { unaryFunctions } from './elementwise/unaryFunctions';
import { convolutions } from './images/convolutions';
import { fusedConvolutions } from './images/fusedConvolutions';
import { poolings } from './images/poolings';
import { elementGathers } from './indexing/elementGathers';
import { gathers } from './indexing/gathers';
import { pads } from './indexing/pads';
import { reversals } from './indexing/reversals';
import { scatters } from './indexing/scatters';
import { selections } from './indexing/selections';
import { slices } from './indexing/slices';
import { topKs } from './indexing/topKs';
import { einsums } from './matrix/einsums';
import { matrixProducts } from './matrix/matrixProducts';
import { batchNormalizations } from './norms/batchNormalizations';
import { groupNormalizations } from './norms/groupNormalizations';
import { layerNormalizations } from './norms/layerNormalizations';
import { localResponseNormalizations } from './norms/localResponseNormalizations';
import type { Operators } from './operator';
import { quantization } from './quantization/quantization';
import { recurrences } from './recurrent/recurrences';
import { axisNormalizations } from './reductions/axisNormalizations';
import { cumulations } from './reductions/cumulations';
import { extremes } from './reductions/extremes';
import { reductions } from './reductions/reductions';
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
import { attentions } from './transformers/attentions';
import { embedLayerNormalizations } from './transformers/embedLayerNormalizations';
import { fusedActivations } from './transformers/fusedActivations';
import { groupQueryAttentions } from './transformers/groupQueryAttentions';
import { microsoftAttentions } from './transformers/microsoftAttentions';
import { rotaryEmbeddings } from './transformers/rotaryEmbeddings';
import { skipNormalizations } from './transformers/skipNormalizations';

/** The operators that are computed, by {@link operatorName}. */
export const operators: Operators = {
  ...arithmetic,
  ...unaryFunctions,
  ...clipping,
  ...casts,
  ...bitwise,
  ...comparisons,
  ...activations,
  ...softmaxes,
  ...dropouts,
  ...reductions,
  ...extremes,
  ...cumulations,
  ...axisNormalizations,
  ...quantization,
  ...matrixProducts,
  ...einsums,
  ...fusedConvolutions,
  ...attentions,
  ...microsoftAttentions,
  ...groupQueryAttentions,
  ...rotaryEmbeddings,
  ...skipNormalizations,
  ...embedLayerNormalizations,
  ...fusedActivations,
  ...convolutions,
  ...poolings,
  ...batchNormalizations,
  ...groupNormalizations,
  ...layerNormalizations,
  ...localResponseNormalizations,
  ...recurrences,
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
  ...fourierTransforms,
  ...shortFourierTransforms,
  ...windows,
  ...melWeightMatrices,
};
