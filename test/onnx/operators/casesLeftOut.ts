/** Cases of the ONNX project, without `test_`, that are not run, and why. */
export const casesLeftOut: readonly [cases: RegExp, reason: string][] = [
  [/bfloat16|bf16/i, 'TensorFlow.js has no bfloat16: the bits would be fed as integers'],
  [
    /FLOAT[48]E|_(float4)?e[2458]m[0-3]|U?INT[24](_|$)/i,
    'inputs or outputs have types of 2, 4 or 8 bits, which cannot be fed',
  ],
  [/STRING/i, 'TensorFlow.js has no operators on texts'],
  [/^identity_(opt|sequence)$/, 'the input is an optional value or a list, and no tensor'],
  [
    /^resize_downsample_scales_(linear|cubic)_align_corners$/,
    'the case divides by a length with a fraction; onnxruntime, too, divides by that of the output',
  ],
  [
    /^attention_4d_with_past_and_present_qk_matmul_bias_[34]d_mask_causal$/,
    'the scores of hidden keys are output: −10³⁰ instead of −∞, which not all devices keep',
  ],
  [/^mod_float_edge_cases_fmod_0_/, 'a remainder by an infinite divisor, and its sign'],
  [
    /^bitshift_(left|right)_int\d+_(negative_shift|shift_ge_width|overflow)$/,
    'shifts that lose bits, undefined before opset 28: integers have 32 bits here',
  ],
  [/^bitwise_not_[34]d$/, 'the sign of unsigned integers: they have 32 bits with a sign here'],
];
