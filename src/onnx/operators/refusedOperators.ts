const FLOAT_WEIGHTS = 'Export the float model: merge its weights, and quantise the result';
const NO_LOOPS = 'Export the model without loops, for one length of sequences';
const NO_SEQUENCES =
  'Export the model with lists of a fixed length, which become Split, Slice and Concat';
const NO_OPTIONALS = 'Export the model without optional values';

/** What to export instead of operators that are not computed. */
export const refusedOperators: Readonly<Record<string, string>> = {
  QLinearConv: FLOAT_WEIGHTS,
  QLinearMatMul: FLOAT_WEIGHTS,
  ConvInteger: FLOAT_WEIGHTS,
  MatMulInteger: FLOAT_WEIGHTS,
  'com.microsoft.MatMulNBits': FLOAT_WEIGHTS,
  'com.microsoft.DynamicQuantizeMatMul': FLOAT_WEIGHTS,
  'com.microsoft.MatMulIntegerToFloat': FLOAT_WEIGHTS,
  'com.microsoft.QAttention': FLOAT_WEIGHTS,
  SequenceConstruct: NO_SEQUENCES,
  SequenceEmpty: NO_SEQUENCES,
  SequenceInsert: NO_SEQUENCES,
  SequenceErase: NO_SEQUENCES,
  SequenceAt: NO_SEQUENCES,
  SequenceLength: NO_SEQUENCES,
  SequenceMap: NO_SEQUENCES,
  SplitToSequence: NO_SEQUENCES,
  ConcatFromSequence: NO_SEQUENCES,
  Optional: NO_OPTIONALS,
  OptionalGetElement: NO_OPTIONALS,
  OptionalHasElement: NO_OPTIONALS,
  Loop: NO_LOOPS,
  Scan: NO_LOOPS,
};
