import { arithmeticRules } from './arithmeticRules';
import { batchNormRule } from './batchNormRule';
import { convolutionRule, transposedConvolutionRule } from './convolutionRule';
import { depthwiseRule } from './depthwiseRule';
import { einsumRule } from './einsumRule';
import { elementwiseRules } from './elementwiseRules';
import { fusedRule } from './fusedRule';
import type { DifferentiatedCall, GradientRule, RuleOfAttrs } from './gradientRule';
import { indexingRules } from './indexingRules';
import { matMulRule } from './matMulRule';
import { poolingRules } from './poolingRules';
import { rearrangingRules } from './rearrangingRules';
import { reductionRules } from './reductionRules';
import { registeredRule } from './registeredRule';
import { reshapingRules } from './reshapingRules';
import { resizingRules } from './resizingRules';
import { selectionRules } from './selectionRules';
import { volumeConvolutionRule } from './volumeConvolutionRule';

/** Kernels with outputs that are constant almost everywhere. */
const FLAT = ['Step', 'Sign', 'Floor', 'Ceil', 'Round', 'FloorDiv', 'ZerosLike', 'OnesLike'];

/**
 * The gradients of a kernel: a rule of the library, else the gradient that is registered with tfjs. `'flat'` where all
 * gradients are 0, undefined where none is known.
 */
export function ruleOf(
  kernel: string,
  attrs: DifferentiatedCall['attrs'],
): GradientRule | 'flat' | undefined {
  if (FLAT.includes(kernel)) return 'flat';
  rules ??= new Map(Object.entries(listRules()));
  const rule = rules.get(kernel) ?? registeredRule(kernel);
  return typeof rule === 'function' ? rule(attrs) : rule;
}

/** Made on first use, so that bundles of code without gradients can leave the rules out. */
let rules: ReadonlyMap<string, GradientRule | RuleOfAttrs> | undefined;

const listRules = (): Readonly<Record<string, GradientRule | RuleOfAttrs>> => ({
  ...elementwiseRules,
  ...arithmeticRules,
  ...reductionRules,
  ...reshapingRules,
  ...indexingRules,
  ...selectionRules,
  ...rearrangingRules,
  ...poolingRules,
  ...resizingRules,
  BatchMatMul: matMulRule,
  _FusedMatMul: fusedRule('_FusedMatMul', matMulRule),
  Einsum: einsumRule,
  Conv2D: convolutionRule,
  FusedConv2D: fusedRule('FusedConv2D', convolutionRule),
  Conv2DBackpropInput: transposedConvolutionRule,
  DepthwiseConv2dNative: depthwiseRule,
  FusedDepthwiseConv2D: fusedRule('FusedDepthwiseConv2D', depthwiseRule),
  Conv3D: volumeConvolutionRule,
  FusedBatchNorm: batchNormRule,
});
