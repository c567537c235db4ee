import type { Layer, LayerNormNetwork } from '../../layerNorm/layerNormNetwork';
import { convolutionSteps } from './convolutionSteps';
import { type HeadSteps, headSteps } from './headSteps';
import type { Maps } from './maps';
import { type PlanOptions, reserveMaps } from './planOptions';
import { poolingSteps } from './poolingSteps';
import { residualSteps } from './residualSteps';
import { inTurn, type LayerSteps, type Steps } from './steps';

/** The passes of a network over the images that are at `input`. */
export interface NetworkPlan extends Steps, Pick<HeadSteps, 'logits' | 'logitGradients'> {
  readonly input: Maps;
}

/** Lays out memory for a network, and lists the calls of kernels of its passes. */
export function networkPlan(network: LayerNormNetwork, options: PlanOptions): NetworkPlan {
  const input = reserveMaps({ ...options, gradient: null }, { size: options.size, channels: 3 });
  const steps: Steps[] = [];
  let maps = input;
  for (const layer of network.layers) {
    const made = layerSteps(options, layer, maps);
    steps.push(made);
    maps = made.output;
  }
  const head = headSteps(options, network, maps);
  steps.push(head);
  return { input, logits: head.logits, logitGradients: head.logitGradients, ...inTurn(steps) };
}

function layerSteps(options: PlanOptions, layer: Layer, input: Maps): LayerSteps {
  if (layer.kind === 'pooling') return poolingSteps(options, input);
  if (layer.kind === 'residual') return residualSteps(options, layer, input);
  return convolutionSteps(options, layer, input);
}
