/** The operators in cases of the ONNX project that are not computed. */
const operators = [
  // Training, losses and random numbers.
  'ai.onnx.preview.training.*',
  'NegativeLogLikelihoodLoss',
  'SoftmaxCrossEntropyLoss',
  'Bernoulli',
  'RandomUniformLike',
  // Control flow, lists and optional values.
  'Loop',
  'Scan',
  'Sequence*',
  'SplitToSequence',
  'Optional*',
  // Texts, images in files, detection and trees.
  'String*',
  'RegexFullMatch',
  'TfIdfVectorizer',
  'ImageDecoder',
  'NonMaxSuppression',
  'RoiAlign',
  'MaxUnpool',
  'ai.onnx.ml.*',
  // Integers instead of float weights.
  'ConvInteger',
  'MatMulInteger',
  'QLinearConv',
  'QLinearMatMul',
  'BitCast',
  // Linear algebra.
  'Det',
  // Few files use them.
  'ai.onnx.preview.FlexAttention',
  'LinearAttention',
  'CausalConvWithState',
  'TensorScatter',
  'SwiGLU',
  'Col2Im',
  'DeformConv',
];

const names = operators.map((name) => name.replaceAll('.', '\\.').replace('*', '\\w*')).join('|');

/** Problems of errors that refuse a case. An error with another problem is a mistake. */
export const nodeCaseRefusals: readonly RegExp[] = [
  new RegExp(`operator (${names}) of opset \\d+ is not supported`),
  /^Dropout .* training_mode is not supported/,
  /^BatchNormalization .* statistics of the batch, as in training is not supported/,
  /^its output 1 is not computed/, // The positions of MaxPool.
  /^Resize .* the coordinates 'tf_crop_and_resize' is not supported/,
  /^Einsum .* the diagonal in .* is not supported/,
  /^Scatter\w+ .* the reduction '(mul|max|min)' at positions that depend on the input is not supported/,
  /^(De)?[Qq]uantizeLinear .* blocks is not supported/,
  /^Cast .* the type (string|u?int[24]|float[48]\w+) is not supported/,
  /^attribute 'type' holds a type/,
  /^Attention .* nonpad_kv_seqlen is not supported/,
];
