import * as tf from '@tensorflow/tfjs-core';
import { type Params, permutationSpec } from 'perm-lmc';
import { convolution, convolutionPatterns, layerNorm, meanAndDense } from './layerNormLayers';

const STAGES = 3;
const BLOCKS_PER_STAGE = 3;

/** A block of two convolutions: its stage from 0, and whether its shortcut is a convolution of stride 2. */
interface Block {
  readonly name: string;
  readonly index: number;
  readonly stage: number;
  readonly strided: boolean;
}

const blocks: readonly Block[] = Array.from({ length: STAGES * BLOCKS_PER_STAGE }, (_, index) => {
  const stage = Math.floor(index / BLOCKS_PER_STAGE);
  return {
    name: `blocks.${index}`,
    index,
    stage,
    strided: stage > 0 && index % BLOCKS_PER_STAGE === 0,
  };
});

/**
 * ResNet-20 with layer normalisation, of any width, in PyTorch's layout: `conv`, `norm`; `blocks.0` … `blocks.8`
 * of `conv1 norm1 conv2 norm2`, of which the first of the second and the third stage have stride 2 and a shortcut
 * `shortcut.0` (a 1 × 1 convolution) and `shortcut.1` (its normalisation); the mean over height and width, and `fc`.
 * The groups are the streams `s0` … `s2` and the channels inside the blocks, `b0` … `b8`.
 */
export const resnet20LayerNormSpec = permutationSpec({
  ...convolutionPatterns('conv', 'norm', '_', 's0'),
  ...Object.assign({}, ...blocks.map(blockPatterns)),
  'fc.weight': `_ s${STAGES - 1}`,
  'fc.bias': '_',
});

function blockPatterns({ name, index, stage, strided }: Block): Record<string, string> {
  const [from, to] = [strided ? `s${stage - 1}` : `s${stage}`, `s${stage}`];
  return {
    ...convolutionPatterns(`${name}.conv1`, `${name}.norm1`, from, `b${index}`),
    ...convolutionPatterns(`${name}.conv2`, `${name}.norm2`, `b${index}`, to),
    ...(strided && convolutionPatterns(`${name}.shortcut.0`, `${name}.shortcut.1`, from, to)),
  };
}

/** The logits [n, classes] of images [n, 32, 32, 3]. */
export function resnet20LayerNormForward(params: Params, images: tf.Tensor): tf.Tensor2D {
  return tf.tidy(() => {
    const stem = tf.relu(layerNorm(params, 'norm', convolution(params, 'conv', images)));
    return meanAndDense(
      params,
      blocks.reduce<tf.Tensor>((h, block) => residualBlock(params, block, h), stem),
    );
  });
}

/** relu(norm2(conv2(relu(norm1(conv1 x)))) + shortcut x). */
function residualBlock(params: Params, { name, strided }: Block, x: tf.Tensor): tf.Tensor {
  const layer = (conv: string, norm: string, input: tf.Tensor, stride = 1) =>
    layerNorm(params, `${name}.${norm}`, convolution(params, `${name}.${conv}`, input, stride));
  const stride = strided ? 2 : 1;
  const inner = tf.relu(layer('conv1', 'norm1', x, stride));
  const shortcut = strided ? layer('shortcut.0', 'shortcut.1', x, stride) : x;
  return tf.relu(tf.add(layer('conv2', 'norm2', inner), shortcut));
}
