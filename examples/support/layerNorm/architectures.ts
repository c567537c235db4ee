import type { Convolution, Layer, LayerNormNetwork } from './layerNormNetwork';

const CLASSES = 10;
const COLOURS = 3;

/** The channels of VGG-16's convolutions at full width; 2 × 2 pooling stands between the blocks. */
const VGG16 = [
  [64, 64],
  [128, 128],
  [256, 256, 256],
  [512, 512, 512],
  [512, 512, 512],
];

/**
 * VGG-16 at 1/`divisor` of its width: thirteen 3 × 3 convolutions (`conv1`, `norm1`, …) with pooling after each
 * block but the last. The groups are the channels `c1` … `c13`.
 *
 * @param poolings - The number of blocks, from the first, that pooling follows. Images of 16 × 16 need 3: after
 * four, the maps of the last block are 1 × 1, and of its kernels only the weights in the middle are in use.
 */
export function vgg16(divisor: number, poolings = 4): LayerNormNetwork {
  const layers: Layer[] = [];
  let [inputs, from, index] = [COLOURS, '_', 0];
  for (const [number, block] of VGG16.entries()) {
    if (number > 0 && number <= poolings) layers.push({ kind: 'pooling' });
    for (const width of block) {
      const [channels, to] = [width / divisor, `c${++index}`];
      layers.push(convolution(`conv${index}`, `norm${index}`, { inputs, channels, from, to }));
      [inputs, from] = [channels, to];
    }
  }
  const name = `vgg16-1/${divisor}${poolings === 4 ? '' : `-pool${poolings}`}`;
  return { name, layers, features: inputs, group: from, classes: CLASSES };
}

/**
 * ResNet-20 of this width: `conv`, `norm`; `blocks.0` … `blocks.8` of two convolutions, of which the first of the
 * second and the third stage have stride 2, twice the channels and a shortcut of a 1 × 1 convolution. The groups
 * are the streams `s0` … `s2` and the channels inside the blocks, `b0` … `b8`.
 */
export function resnet20(width: number): LayerNormNetwork {
  const stem = { inputs: COLOURS, channels: width, from: '_', to: 's0' };
  const layers: Layer[] = [convolution('conv', 'norm', stem)];
  for (let index = 0; index < 9; index++) {
    const stage = Math.floor(index / 3);
    const strided = stage > 0 && index % 3 === 0;
    const name = `blocks.${index}`;
    const [inputs, from] = [
      strided ? width * 2 ** (stage - 1) : width * 2 ** stage,
      `s${strided ? stage - 1 : stage}`,
    ];
    const [channels, to, inner] = [width * 2 ** stage, `s${stage}`, `b${index}`];
    const stride = strided ? 2 : 1;
    const unit = (number: number, sizes: Channels, changes: Partial<Convolution>) =>
      convolution(`${name}.conv${number}`, `${name}.norm${number}`, sizes, changes);
    layers.push({
      kind: 'residual',
      branch: [
        unit(1, { inputs, channels, from, to: inner }, { stride }),
        unit(2, { inputs: channels, channels, from: inner, to }, { relu: false }),
      ],
      shortcut: strided
        ? convolution(
            `${name}.shortcut.0`,
            `${name}.shortcut.1`,
            { inputs, channels, from, to },
            { kernel: 1, stride, relu: false },
          )
        : null,
    });
  }
  return {
    name: `resnet20-${width}`,
    layers,
    features: 4 * width,
    group: 's2',
    classes: CLASSES,
  };
}

/** The layers of {@link plainNetwork} that halve height and width. */
const STRIDED = [1, 2, 5];

/**
 * A plain network: `depth` 3 × 3 convolutions (`conv1`, `norm1`, …) of one width without pooling; the first, the
 * second and the fifth have stride 2. The groups are the channels `c1`, `c2`, ….
 */
export function plainNetwork(depth: number, width: number): LayerNormNetwork {
  const layers = Array.from({ length: depth }, (_, i): Convolution => {
    const index = i + 1;
    const sizes = {
      inputs: index === 1 ? COLOURS : width,
      channels: width,
      from: index === 1 ? '_' : `c${i}`,
      to: `c${index}`,
    };
    const stride = STRIDED.includes(index) ? 2 : 1;
    return convolution(`conv${index}`, `norm${index}`, sizes, { stride });
  });
  return {
    name: `plain${depth}-${width}`,
    layers,
    features: width,
    group: `c${depth}`,
    classes: CLASSES,
  };
}

/**
 * The network of a name: `vgg16-1/8` (the share of the width; `vgg16-1/8-pool3` with pooling after three blocks
 * instead of four), `resnet20-16` (the width of the first stage), or `plain4-64` (the depth and the width).
 */
export function networkOfName(name: string): LayerNormNetwork {
  const [, vgg, poolings] = /^vgg16-1\/(1|2|4|8|16)(?:-pool([0-3]))?$/.exec(name) ?? [];
  if (vgg) return vgg16(Number(vgg), poolings === undefined ? 4 : Number(poolings));
  const [, resnet] = /^resnet20-([1-9]\d*)$/.exec(name) ?? [];
  if (resnet) return resnet20(Number(resnet));
  const [, depth, width] = /^plain([1-9]\d*)-([1-9]\d*)$/.exec(name) ?? [];
  if (depth) return plainNetwork(Number(depth), Number(width));
  throw new Error(
    `there is no network '${name}'. Give vgg16-1/8 (or /1, /2, /4, /16; with -pool3 for 16 × 16), resnet20-WIDTH or plainDEPTH-WIDTH`,
  );
}

type Channels = Pick<Convolution, 'inputs' | 'channels' | 'from' | 'to'>;

function convolution(
  conv: string,
  norm: string,
  channels: Channels,
  changes: Partial<Convolution> = {},
): Convolution {
  return {
    ...{ kind: 'convolution', kernel: 3, stride: 1, relu: true },
    ...{ conv, norm, ...channels, ...changes },
  };
}
