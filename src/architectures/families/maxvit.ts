import type { Shapes } from '../../params/internal';
import { type PermutationSpec, permutationSpec } from '../../symmetry';
import type { Architecture } from '../architecture';
import { batchNormalisation, convolution, dense, type Patterns } from '../presets/layout';
import { usesOfTransformer, withJointUses } from '../withJointUses';
import { withReasons } from '../withReasons';
import { layerNormalisation } from './layerNormalisation';
import { normalisedConvolution } from './normalisedConvolution';
import { attentionGroups, packedAttention } from './packedAttention';
import { perceptron } from './perceptron';
import { relativePositions } from './relativePositions';
import { squeezeExcitation } from './squeezeExcitation';

/** MaxViT with torchvision's names: inverted residuals, each followed by attention in windows and on a grid. */
export const maxvit: Architecture = {
  name: 'maxvit',
  networks: 'maxvit_t, as in torchvision',
  candidates({ shapes }) {
    const layers = layersOf(Object.keys(shapes));
    return layers.length === 0 ? [] : [{ name: 'maxvit', spec: () => specOf(layers, shapes) }];
  },
};

/** The prefixes of the layers' names, such as `blocks.0.layers.1.layers`, in the order of the network. */
function layersOf(names: readonly string[]): string[] {
  const layers = names.flatMap((name) => {
    const [, block, layer] = /^blocks\.(\d+)\.layers\.(\d+)\.layers\.MBconv\./.exec(name) ?? [];
    return block === undefined ? [] : [{ block: Number(block), layer: Number(layer) }];
  });
  layers.sort((a, b) => a.block - b.block || a.layer - b.layer);
  return [...new Set(layers.map(({ block, layer }) => `blocks.${block}.layers.${layer}.layers`))];
}

function specOf(layers: readonly string[], shapes: Shapes): PermutationSpec {
  const patterns: Patterns = {
    ...normalised('stem.0', '_', 'stem.0'),
    ...convolution('pytorch', 'stem.1.0', 'stem.0', 'stem.1'),
  };
  let stream = 'stem.1';
  const streams = new Set<string>();
  for (const layer of layers) {
    const input = stream;
    const projection = `${layer}.MBconv.proj.1`;
    if (`${projection}.weight` in shapes) {
      stream = layer;
      Object.assign(patterns, convolution('pytorch', projection, input, stream));
    }
    streams.add(stream);
    Object.assign(
      patterns,
      invertedResidual(`${layer}.MBconv.layers`, input, stream),
      attention(`${layer}.window_attention`, stream),
      attention(`${layer}.grid_attention`, stream),
    );
  }
  Object.assign(
    patterns,
    layerNormalisation('classifier.2', stream),
    dense('pytorch', 'classifier.3', stream, 'classifier.3'),
    dense('pytorch', 'classifier.5', 'classifier.3', '_'),
  );
  return withReasons(withJointUses(permutationSpec(patterns), usesOfTransformer(streams)), {
    fixed: relativePositions(Object.keys(patterns)),
  });
}

function invertedResidual(name: string, input: string, output: string): Patterns {
  const expanded = `${name}.conv_a`;
  const excitation = `${name}.squeeze_excitation`;
  return {
    ...batchNormalisation('pytorch', `${name}.pre_norm`, input),
    ...normalised(`${name}.conv_a`, input, expanded),
    ...normalised(`${name}.conv_b`, '_', expanded),
    ...squeezeExcitation(`${excitation}.fc1`, `${excitation}.fc2`, expanded),
    ...convolution('pytorch', `${name}.conv_c`, expanded, output),
  };
}

/** The patterns of a convolution and a batch normalisation. */
function normalised(name: string, input: string, output: string): Patterns {
  return normalisedConvolution({ conv: `${name}.0`, norm: `${name}.1` }, input, output);
}

/** The patterns of an attention inside partitions, and of the perceptron after it. */
function attention(layer: string, stream: string): Patterns {
  const name = `${layer}.attn_layer.1`;
  const [heads] = attentionGroups(name);
  const names = {
    attention: name,
    weight: `${name}.to_qkv.weight`,
    bias: `${name}.to_qkv.bias`,
    output: `${name}.merge`,
  };
  return {
    ...layerNormalisation(`${layer}.attn_layer.0`, stream),
    [`${name}.relative_position_bias_table`]: `_ ${heads}>`,
    [`${name}.relative_position_index`]: '? _ _',
    ...packedAttention(names, stream, true),
    ...layerNormalisation(`${layer}.mlp_layer.0`, stream),
    ...perceptron(`${layer}.mlp_layer.1`, `${layer}.mlp_layer.3`, stream),
  };
}
