import type { Shapes } from '../../params/internal';
import { permutationSpec } from '../../symmetry';
import type { Architecture } from '../architecture';
import { convolution, dense, type Patterns } from '../presets/layout';
import { usesOfTransformer, withJointUses } from '../withJointUses';
import { withReasons } from '../withReasons';
import { layerNormalisation } from './layerNormalisation';
import { numbersUnder } from './numbersUnder';
import { attentionGroups, packedAttention } from './packedAttention';
import { perceptron } from './perceptron';
import { relativePositions } from './relativePositions';

/**
 * Swin Transformer, the first and the second version, with torchvision's names. The number of heads is that of the
 * tables of relative positions, or of the logit scales.
 */
export const swin: Architecture = {
  name: 'swin',
  networks: 'swin_t, swin_s, swin_b, swin_v2_t, swin_v2_s and swin_v2_b, as in torchvision',
  candidates({ shapes }) {
    if (!('features.1.0.attn.qkv.weight' in shapes)) return [];
    return [{ name: 'swin', spec: () => specOf(shapes) }];
  },
};

function specOf(shapes: Shapes) {
  const names = Object.keys(shapes);
  const patterns: Patterns = {
    ...convolution('pytorch', 'features.0.0', '_', 'features.0.0'),
    ...layerNormalisation('features.0.2', 'features.0.0'),
  };
  const isSecondVersion = 'features.1.0.attn.logit_scale' in shapes;
  let stream = 'features.0.0';
  const streams = new Set([stream]);
  for (const at of numbersUnder(shapes, 'features').slice(1)) {
    const stage = `features.${at}`;
    const blocks = numbersUnder(shapes, stage).map((i) => `${stage}.${i}`);
    for (const block of blocks) {
      Object.assign(patterns, blockPatterns(block, stream, isSecondVersion));
    }
    if (blocks.length > 0) continue;
    const merged = `(4 ${stream})`;
    const output = `${stage}.reduction`;
    Object.assign(
      patterns,
      dense('pytorch', output, merged, output),
      layerNormalisation(`${stage}.norm`, isSecondVersion ? output : merged),
    );
    stream = output;
    streams.add(stream);
  }
  Object.assign(
    patterns,
    layerNormalisation('norm', stream),
    dense('pytorch', 'head', stream, '_'),
  );
  const usesOf = usesOfTransformer(streams);
  // The second version divides queries and keys by their lengths.
  const spec = withJointUses(permutationSpec(patterns), (group) =>
    isSecondVersion && group.endsWith('.keys') ? ['mean', 'dotProduct'] : usesOf(group),
  );
  return withReasons(spec, { fixed: relativePositions(names) });
}

function blockPatterns(block: string, stream: string, isSecondVersion: boolean): Patterns {
  const attention = `${block}.attn`;
  const names = {
    attention,
    weight: `${attention}.qkv.weight`,
    bias: `${attention}.qkv.bias`,
    output: `${attention}.proj`,
  };
  return {
    ...layerNormalisation(`${block}.norm1`, stream),
    ...(isSecondVersion ? continuousPositions(attention) : tableOfPositions(attention)),
    [`${attention}.relative_position_index`]: '? _',
    ...packedAttention(names, stream, true),
    ...layerNormalisation(`${block}.norm2`, stream),
    ...perceptron(`${block}.mlp.0`, `${block}.mlp.3`, stream),
  };
}

/** One bias for each relative position and each head. */
function tableOfPositions(attention: string): Patterns {
  const [heads] = attentionGroups(attention);
  return { [`${attention}.relative_position_bias_table`]: `_ ${heads}>` };
}

/** Biases that a perceptron computes from relative positions, and a scale for each head. */
function continuousPositions(attention: string): Patterns {
  const [heads] = attentionGroups(attention);
  return {
    [`${attention}.logit_scale`]: `${heads}> _ _`,
    [`${attention}.relative_coords_table`]: '? _ _ _ _',
    ...dense('pytorch', `${attention}.cpb_mlp.0`, '_', `${attention}.cpb_mlp`),
    ...dense('pytorch', `${attention}.cpb_mlp.2`, `${attention}.cpb_mlp`, heads),
  };
}
