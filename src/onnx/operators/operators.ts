import { activations } from './elementwise/activations';
import { arithmetic } from './elementwise/arithmetic';
import { convolutions } from './images/convolution';
import { fusedConvolutions } from './images/fusedConvolution';
import { einsums } from './matrix/einsum';
import { matrixProducts } from './matrix/matrixProducts';
import type { Operators } from './operator';
import { reshapes } from './shapes/reshapes';
import { attentions } from './transformers/attention';
import { embedLayerNormalizations } from './transformers/embedLayerNormalization';
import { fusedActivations } from './transformers/fusedActivations';
import { groupQueryAttentions } from './transformers/groupQueryAttention';
import { microsoftAttentions } from './transformers/microsoftAttention';
import { rotaryEmbeddings } from './transformers/rotaryEmbedding';
import { skipNormalizations } from './transformers/skipNormalization';

/** The operators that are computed, by {@link operatorName}. */
export const operators: Operators = {
  ...arithmetic,
  ...activations,
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
  ...reshapes,
};
