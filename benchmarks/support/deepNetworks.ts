import * as tf from '@tensorflow/tfjs-core';
import { type Params, type PermutationSpec, permutationSpec } from 'perm-lmc';

/** A kind of network with as many small tensors as asked for. */
export interface DeepNetwork {
  readonly name: string;
  /** The spec of a network of about this many parameters. */
  spec(parameters: number): PermutationSpec;
  /** The size of an axis that is one group. */
  width(group: string): number;
}

/** Dense layers in a row, 4 units wide: a group for every two parameters. */
export const chain: DeepNetwork = {
  name: 'chain',
  spec(parameters) {
    const layers = parameters / 2;
    const group = (layer: number) => (layer === 0 || layer === layers ? '_' : `h${layer}`);
    return permutationSpec(
      patterns(layers, (layer) => [
        [`layers.${layer}.weight`, `${group(layer + 1)} ${group(layer)}`],
        [`layers.${layer}.bias`, group(layer + 1)],
      ]),
    );
  },
  width: () => 4,
};

/** Residual blocks of 1×1 convolutions with batch normalisation, named as torchvision's: a group is on all blocks. */
export const residual: DeepNetwork = {
  name: 'residual',
  spec(parameters) {
    const ends = {
      ...{ 'conv1.weight': 'r _ 1 1', ...normalisation('bn1', 'r') },
      ...{ 'fc.weight': '_ r', 'fc.bias': '_' },
    };
    return permutationSpec({
      ...ends,
      ...patterns(parameters / 10, (block) => [
        [`layer1.${block}.conv1.weight`, `m${block} r 1 1`],
        ...Object.entries(normalisation(`layer1.${block}.bn1`, `m${block}`)),
        [`layer1.${block}.conv2.weight`, `r m${block} 1 1`],
        ...Object.entries(normalisation(`layer1.${block}.bn2`, 'r')),
      ]),
    });
  },
  width: (group) => (group === 'r' ? 4 : 3),
};

/** Attention and gated layers around one residual stream: groups inside others and products. */
export const attention: DeepNetwork = {
  name: 'attention',
  spec(parameters) {
    const layers = Math.round(parameters / 6);
    const sizes: [string, number][] = Array.from({ length: layers }, (_, i) => i).flatMap((i) => [
      [`h${i}`, 2],
      [`d${i}`, 4],
      [`v${i}`, 4],
    ]);
    return permutationSpec(
      patterns(layers, (i) => [
        [`layers.${i}.q.weight`, `(h${i} d${i}[h${i}]) e`],
        [`layers.${i}.k.weight`, `(h${i} d${i}[h${i}]) e`],
        [`layers.${i}.v.weight`, `(h${i} v${i}[h${i}]) e`],
        [`layers.${i}.o.weight`, `e (h${i} v${i}[h${i}])`],
        [`layers.${i}.gates.weight`, `(4 g${i}) e`],
        [`layers.${i}.out.weight`, `e g${i}`],
      ]),
      { sizes: Object.fromEntries(sizes) },
    );
  },
  width: (group) => (group === 'e' ? 4 : 3),
};

/** Products of two groups, whose units are written out one by one, as in derived specs. */
export const products: DeepNetwork = {
  name: 'products',
  spec(parameters) {
    const blocks = Array.from({ length: Math.round(parameters / 3) }, (_, i) => i);
    const axis = (group: string) => ({ kind: 'group' as const, group });
    const fixed = { kind: 'fixed' as const, size: null };
    const spec: PermutationSpec = {
      groups: blocks.flatMap((i) => [
        { name: `a${i}`, size: 2 },
        { name: `b${i}`, size: 2 },
        {
          ...{ name: `p${i}`, size: 4 },
          parents: [
            { group: `a${i}`, of: [0, 0, 1, 1] },
            { group: `b${i}`, of: [0, 1, 0, 1] },
          ],
        },
      ]),
      params: Object.fromEntries(
        blocks.flatMap((i) => [
          [`blocks.${i}.a`, { axes: [axis(`a${i}`), fixed], optional: false }],
          [`blocks.${i}.b`, { axes: [axis(`b${i}`), fixed], optional: false }],
          [
            `blocks.${i}.both`,
            {
              axes: [
                {
                  ...{ kind: 'entries' as const, size: 4 },
                  entries: [{ group: `p${i}`, index: [0, 1, 2, 3] }],
                },
                fixed,
              ],
              optional: false,
            },
          ],
        ]),
      ),
      unlisted: 'error',
    };
    return spec;
  },
  width: () => 2,
};

/** Weights of a network with values around 0, variances around 1. */
export function deepParams(network: DeepNetwork, spec: PermutationSpec, seed: number): Params {
  const sizes = new Map(spec.groups.map(({ name, size }) => [name, size]));
  const sizeOf = (axis: PermutationSpec['params'][string]['axes'][number]): number => {
    if (axis.kind === 'fixed') return axis.size ?? 3;
    if (axis.kind === 'group') {
      if (axis.within !== undefined) return sizes.get(axis.group)! / sizes.get(axis.within)!;
      return sizes.get(axis.group) ?? network.width(axis.group);
    }
    if (axis.kind === 'product') return axis.factors.map(sizeOf).reduce((x, y) => x * y, 1);
    return axis.kind === 'entries' ? axis.size : 1;
  };
  let state = seed;
  const value = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
  return Object.fromEntries(
    Object.entries(spec.params).map(([name, { axes }]) => {
      const shape = axes.map(sizeOf);
      const mean = /var$/.test(name) ? 2 : 0;
      const values = Float32Array.from(
        { length: shape.reduce((x, y) => x * y, 1) },
        () => mean + value(),
      );
      return [name, tf.tensor(values, shape)];
    }),
  );
}

function normalisation(name: string, group: string): Record<string, string> {
  const parts = ['weight', 'bias', 'running_mean', 'running_var'];
  return Object.fromEntries(parts.map((part) => [`${name}.${part}`, group]));
}

function patterns(
  count: number,
  layer: (index: number) => readonly (readonly [string, string])[],
): Record<string, string> {
  const indices = Array.from({ length: Math.max(1, Math.round(count)) }, (_, i) => i);
  return Object.fromEntries(indices.flatMap(layer));
}
