const FLOAT_WEIGHTS = 'Export the float model: merge its weights, and quantise the result';
const NO_LOOPS = 'Export the model without loops, for one length of sequences';

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
  MaxUnpool: 'Export the model without unpooling: it reads positions from values of the input',
  Loop: NO_LOOPS,
  Scan: NO_LOOPS,
};
