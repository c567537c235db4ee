const FLOAT_WEIGHTS = 'Export the float model: merge its weights, and quantise the result';
const NO_UNPOOLING =
  'Export the model without unpooling: it reads positions from values of the input';
const NO_LOOPS = 'Export the model without loops, for one length of sequences';
const LESS_OPTIMISED =
  'Optimise the model less: save it from onnxruntime at ORT_ENABLE_BASIC, or from optimum without packing';
const NO_GENERATION = 'Export the model alone, and generate text outside of it';
const NO_EXPERTS = 'Export the model with its experts as MatMul and Gather';
const NO_DECOMPOSITION =
  'Export the model without it, or pass outputs, the names of values before it';
const NO_SEQUENCES =
  'Export the model with lists of a fixed length, which become Split, Slice and Concat';
const NO_OPTIONALS = 'Export the model without optional values';

const refused: readonly [remedy: string, domain: string, names: string][] = [
  [FLOAT_WEIGHTS, '', `QLinearConv QLinearMatMul ConvInteger MatMulInteger`],
  [
    FLOAT_WEIGHTS,
    'com.microsoft.',
    `MatMulNBits MatMulBnb4 MatMulFpQ4 MatMulInteger16 MatMulIntegerToFloat DynamicQuantizeMatMul
     DynamicQuantizeLSTM QAttention QGemm QMoE QEmbedLayerNormalization QOrderedAttention QOrderedGelu
     QOrderedLayerNormalization QOrderedLongformerAttention QOrderedMatMul QLinearAdd QLinearAveragePool
     QLinearConcat QLinearConv QLinearGlobalAveragePool QLinearLeakyRelu QLinearMul QLinearReduceMean
     QLinearSigmoid QLinearSoftmax QLinearWhere GatherBlockQuantized
     QuantizeBFP DequantizeBFP NhwcMaxPool`,
  ],
  [NO_LOOPS, '', 'Loop Scan'],
  [NO_UNPOOLING, '', 'MaxUnpool'],
  [
    NO_SEQUENCES,
    '',
    `SequenceConstruct SequenceEmpty SequenceInsert SequenceErase SequenceAt SequenceLength SequenceMap
     SplitToSequence ConcatFromSequence`,
  ],
  [NO_OPTIONALS, '', 'Optional OptionalGetElement OptionalHasElement'],
  [
    LESS_OPTIMISED,
    'com.microsoft.',
    `PackedAttention PackedMultiHeadAttention RemovePadding RestorePadding NhwcConv NhwcFusedConv BiasSoftmax
     BiasDropout GatedRelativePositionBias SkipGroupNorm GemmFloat8 GemmFastGelu TransposeMatMul
     RelativePositionBias`,
  ],
  [
    LESS_OPTIMISED,
    'com.microsoft.nchwc.',
    'Conv MaxPool AveragePool GlobalMaxPool GlobalAveragePool ReorderInput ReorderOutput Upsample',
  ],
  [
    NO_GENERATION,
    'com.microsoft.',
    `BeamSearch GreedySearch Sampling WhisperBeamSearch DecoderAttention DecoderMaskedSelfAttention
     DecoderMaskedMultiHeadAttention SparseAttention PagedAttention LinearAttention`,
  ],
  [NO_EXPERTS, 'com.microsoft.', 'MoE'],
  [NO_DECOMPOSITION, '', 'Det'],
];

/** The remedies for operators that are not computed, by {@link operatorName}. */
export const refusedOperators: Readonly<Record<string, string>> = Object.fromEntries(
  refused.flatMap(([remedy, domain, names]) =>
    names.split(/\s+/).map((name) => [`${domain}${name}`, remedy]),
  ),
);
