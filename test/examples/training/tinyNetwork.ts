import type {
  Convolution,
  LayerNormNetwork,
} from '../../../examples/support/layerNorm/layerNormNetwork';

const unit = (number: number, changes: Partial<Convolution>): Convolution => ({
  ...{ kind: 'convolution', conv: `conv${number}`, norm: `norm${number}`, kernel: 3, stride: 1 },
  ...{ inputs: 3, channels: 4, relu: true, from: '_', to: `c${number}`, ...changes },
});

/** A network with every kind of layer: a stem, pooling, and residual layers with both kinds of shortcut. */
export const tinyNetwork: LayerNormNetwork = {
  name: 'tiny',
  layers: [
    unit(1, { to: 's0' }),
    { kind: 'pooling' },
    {
      kind: 'residual',
      branch: [
        unit(2, { inputs: 4, from: 's0', to: 'b1' }),
        unit(3, { inputs: 4, from: 'b1', to: 's0', relu: false }),
      ],
      shortcut: null,
    },
    {
      kind: 'residual',
      branch: [
        unit(4, { inputs: 4, channels: 5, stride: 2, from: 's0', to: 'b2' }),
        unit(5, { inputs: 5, channels: 5, from: 'b2', to: 's1', relu: false }),
      ],
      shortcut: unit(6, {
        ...{ inputs: 4, channels: 5, kernel: 1, stride: 2, relu: false },
        ...{ from: 's0', to: 's1' },
      }),
    },
  ],
  features: 5,
  group: 's1',
  classes: 10,
};
