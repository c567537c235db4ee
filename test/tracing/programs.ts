import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import { constantPrograms } from './constantPrograms';
import { lanePrograms } from './lanePrograms';
import { layoutPrograms } from './layoutPrograms';
import { repeatedHeadPrograms } from './repeatedHeadPrograms';
import { selectionPrograms } from './selectionPrograms';

/** A network as a plain function, with the groups that it has. */
export interface Program {
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly input: readonly number[];
  /** Inputs are indices below this. */
  readonly vocabulary?: number;
  readonly forward: (params: Params, x: tf.Tensor) => tf.Tensor;
  /**
   * The groups, sorted: `8` has 8 units; `24/4` has 24 units in 4 blocks, which sit inside the units of
   * another group.
   */
  readonly groups: readonly string[];
  /** The pattern of each parameter that is named here. */
  readonly patterns?: Readonly<Record<string, string>>;
}

const { add, concat, div, matMul, maxPool, mean, mul, relu, reshape, sigmoid, sub } = tf;
const { softmax, split, sqrt, square, sum, tanh, transpose } = tf;

const dense = (x: tf.Tensor, kernel: tf.Tensor, bias?: tf.Tensor): tf.Tensor => {
  const rows = reshape(x, [-1, x.shape.at(-1)!]);
  const y = matMul(rows, kernel);
  return reshape(bias ? add(y, bias) : y, [...x.shape.slice(0, -1), kernel.shape[1]!]);
};
const conv = (
  x: tf.Tensor,
  kernel: tf.Tensor,
  strides = 1,
  pad: 'same' | 'valid' = 'same',
): tf.Tensor => tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, strides, pad);
const depthwise = (x: tf.Tensor, kernel: tf.Tensor): tf.Tensor =>
  tf.depthwiseConv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, 1, 'same');
const pool = (x: tf.Tensor, pad: 'same' | 'valid' = 'same'): tf.Tensor =>
  maxPool(x as tf.Tensor4D, 2, 2, pad);
const spaceMean = (x: tf.Tensor): tf.Tensor => mean(x, [1, 2]);
const flatten = (x: tf.Tensor): tf.Tensor => reshape(x, [x.shape[0], -1]);
const norm = (p: Params, name: string, x: tf.Tensor): tf.Tensor =>
  tf.batchNorm(
    x as tf.Tensor4D,
    p[`${name}/mean`] as tf.Tensor1D,
    p[`${name}/variance`] as tf.Tensor1D,
    p[`${name}/beta`] as tf.Tensor1D,
    p[`${name}/gamma`] as tf.Tensor1D,
    1e-3,
  );
const normShapes = (name: string, size: number) =>
  Object.fromEntries(
    ['mean', 'variance', 'beta', 'gamma'].map((role) => [`${name}/${role}`, [size]]),
  );
const layerNorm = (p: Params, name: string, x: tf.Tensor): tf.Tensor => {
  const { mean: centre, variance } = tf.moments(x, -1, true);
  const scaled = div(sub(x, centre), sqrt(add(variance, 1e-6)));
  return add(mul(scaled, p[`${name}/gamma`]), p[`${name}/beta`]);
};
const layerNormShapes = (name: string, size: number) => ({
  [`${name}/gamma`]: [size],
  [`${name}/beta`]: [size],
});
const gelu = (x: tf.Tensor): tf.Tensor => mul(mul(x, 0.5), add(tf.erf(div(x, Math.SQRT2)), 1));

// Attention: B sequences of T tokens, E wide, H heads of D.
const [B, T, E, H, D, F] = [2, 7, 24, 4, 6, 20];
const heads = (x: tf.Tensor, count = H): tf.Tensor =>
  transpose(reshape(x, [x.shape[0], x.shape[1]!, count, -1]), [0, 2, 1, 3]);
const unheads = (x: tf.Tensor): tf.Tensor =>
  reshape(transpose(x, [0, 2, 1, 3]), [x.shape[0], x.shape[2]!, -1]);
const attend = (q: tf.Tensor, k: tf.Tensor, v: tf.Tensor, mask?: tf.Tensor): tf.Tensor => {
  const scores = mul(matMul(q, k, false, true), 0.4);
  return matMul(softmax(mask ? add(scores, mask) : scores), v);
};
const attentionShapes = {
  embed: [5, E],
  wq: [E, H * D],
  wk: [E, H * D],
  wv: [E, H * D],
  wo: [H * D, E],
  head: [E, 3],
};
const readOut = (p: Params, h: tf.Tensor, o: tf.Tensor): tf.Tensor =>
  matMul(mean(add(h, dense(unheads(o), p.wo)), 1), p.head);
const attentionPatterns = {
  embed: '5 embed',
  wq: 'embed (wq.heads wq[wq.heads])',
  wk: 'embed (wq.heads wq[wq.heads])',
  wv: 'embed (wq.heads wv[wq.heads])',
  wo: '(wq.heads wv[wq.heads]) embed',
  head: 'embed 3',
};

function transformer(tied: boolean): Omit<Program, 'groups' | 'patterns'> {
  const tokens = tied ? 8 : 17;
  const block = (l: string): Record<string, number[]> => ({
    ...layerNormShapes(`${l}/n1`, E),
    [`${l}/qkv/kernel`]: [E, 3 * E],
    [`${l}/qkv/bias`]: [3 * E],
    [`${l}/out/kernel`]: [E, E],
    [`${l}/out/bias`]: [E],
    ...layerNormShapes(`${l}/n2`, E),
    [`${l}/mlp1/kernel`]: [E, F],
    [`${l}/mlp1/bias`]: [F],
    [`${l}/mlp2/kernel`]: [F, E],
    [`${l}/mlp2/bias`]: [E],
  });
  const layer = (p: Params, l: string, x: tf.Tensor, mask?: tf.Tensor): tf.Tensor => {
    const linear = (h: tf.Tensor, name: string) =>
      dense(h, p[`${l}/${name}/kernel`], p[`${l}/${name}/bias`]);
    const n = layerNorm(p, `${l}/n1`, x);
    let o: tf.Tensor;
    if (tied) {
      const [q, k, v] = split(linear(n, 'qkv'), 3, 2).map((each) => heads(each));
      o = unheads(attend(q, k, v, mask));
    } else {
      const qkv = reshape(linear(n, 'qkv'), [x.shape[0], x.shape[1]!, 3, H, D]);
      const [q, k, v] = tf.unstack(transpose(qkv, [2, 0, 3, 1, 4]), 0);
      o = unheads(attend(q, k, v));
    }
    const h = add(x, linear(o, 'out'));
    return add(h, linear(gelu(linear(layerNorm(p, `${l}/n2`, h), 'mlp1')), 'mlp2'));
  };
  if (tied) {
    return {
      shapes: {
        wte: [30, E],
        wpe: [tokens, E],
        ...block('l0'),
        ...block('l1'),
        ...layerNormShapes('final', E),
      },
      input: [B, tokens],
      vocabulary: 30,
      forward(p, x) {
        const mask = mul(sub(1, tf.linalg.bandPart(tf.ones([tokens, tokens]), -1, 0)), -1e9);
        let h = add(tf.gather(p.wte, x as tf.Tensor2D), p.wpe);
        for (const l of ['l0', 'l1']) h = layer(p, l, h, mask);
        const rows = reshape(layerNorm(p, 'final', h), [B * tokens, E]);
        return reshape(matMul(rows, p.wte, false, true), [B, tokens, 30]);
      },
    };
  }
  return {
    shapes: {
      'patch/kernel': [4, 4, 3, E],
      'patch/bias': [E],
      cls: [1, 1, E],
      pos: [1, tokens, E],
      ...block('l0'),
      ...block('l1'),
      ...layerNormShapes('final', E),
      'head/kernel': [E, 7],
    },
    input: [B, 16, 16, 3],
    forward(p, x) {
      const patches = add(conv(x, p['patch/kernel'], 4, 'valid'), p['patch/bias']);
      let h = concat([tf.tile(p.cls, [B, 1, 1]), reshape(patches, [B, 16, E])], 1);
      h = add(h, p.pos);
      for (const l of ['l0', 'l1']) h = layer(p, l, h);
      const first = reshape(tf.slice(layerNorm(p, 'final', h), [0, 0, 0], [B, 1, E]), [B, E]);
      return matMul(first, p['head/kernel']);
    },
  };
}

const rope = (x: tf.Tensor): tf.Tensor => {
  const half = D / 2;
  const angles = tf.tensor2d(
    Array.from({ length: T * half }, (_, i) => Math.floor(i / half) / 100 ** ((i % half) / half)),
    [T, half],
  );
  const [a, b] = split(x, 2, 3);
  const [c, s] = [tf.cos(angles), tf.sin(angles)];
  return concat([sub(mul(a, c), mul(b, s)), add(mul(a, s), mul(b, c))], 3);
};

/** Families of networks over tfjs-core's functions, each with the groups that must be found. */
export const programs: Readonly<Record<string, Program>> = {
  mlp: {
    shapes: {
      'dense1/kernel': [10, 32],
      'dense1/bias': [32],
      'dense2/kernel': [32, 24],
      'dense2/bias': [24],
      'dense3/kernel': [24, 5],
      'dense3/bias': [5],
    },
    input: [4, 10],
    forward(p, x) {
      const layer = (h: tf.Tensor, n: number) =>
        dense(h, p[`dense${n}/kernel`], p[`dense${n}/bias`]);
      return layer(relu(layer(relu(layer(x, 1)), 2)), 3);
    },
    groups: ['24', '32'],
    patterns: {
      'dense1/kernel': '10 dense1',
      'dense1/bias': 'dense1',
      'dense2/kernel': 'dense1 dense2',
      'dense2/bias': 'dense2',
      'dense3/kernel': 'dense2 5',
      'dense3/bias': '5',
    },
  },
  lenet: {
    shapes: {
      c1: [5, 5, 1, 6],
      b1: [6],
      c2: [5, 5, 6, 16],
      b2: [16],
      f1: [256, 40],
      f2: [40, 24],
      f3: [24, 10],
    },
    input: [2, 28, 28, 1],
    forward(p, x) {
      let h = pool(relu(add(conv(x, p.c1, 1, 'valid'), p.b1)), 'valid');
      h = pool(relu(add(conv(h, p.c2, 1, 'valid'), p.b2)), 'valid');
      return matMul(relu(matMul(relu(matMul(flatten(h), p.f1)), p.f2)), p.f3);
    },
    groups: ['16', '24', '40', '6'],
    patterns: { c1: '5 5 1 c1', c2: '5 5 c1 c2', b2: 'c2', f1: '(16 c2) f1', f3: 'f2 10' },
  },
  lenetChannelsFirstFlatten: {
    shapes: { c1: [3, 3, 1, 6], f1: [6 * 16, 10], f2: [10, 3] },
    input: [2, 8, 8, 1],
    forward(p, x) {
      const h = transpose(pool(relu(conv(x, p.c1))), [0, 3, 1, 2]);
      return matMul(relu(matMul(flatten(h), p.f1)), p.f2);
    },
    groups: ['10', '6'],
    patterns: { f1: '(c1 16) f1' },
  },
  vggNorm: {
    shapes: {
      c1: [3, 3, 3, 8],
      ...normShapes('n1', 8),
      c2: [3, 3, 8, 8],
      ...normShapes('n2', 8),
      c3: [3, 3, 8, 16],
      ...normShapes('n3', 16),
      f1: [256, 20],
      f1b: [20],
      f2: [20, 10],
    },
    input: [2, 16, 16, 3],
    forward(p, x) {
      let h = relu(norm(p, 'n1', conv(x, p.c1)));
      h = pool(relu(norm(p, 'n2', conv(h, p.c2))));
      h = relu(norm(p, 'n3', conv(h, p.c3)));
      h = tf.avgPool(h as tf.Tensor4D, 2, 2, 'same');
      return matMul(relu(add(matMul(flatten(h), p.f1), p.f1b)), p.f2);
    },
    groups: ['16', '20', '8', '8'],
    patterns: { 'n1/mean': 'c1', 'n3/gamma': 'c3', f1: '(16 c3) f1' },
  },
  resnet: {
    shapes: {
      c0: [3, 3, 3, 8],
      ...normShapes('n0', 8),
      ...Object.assign(
        {},
        ...[
          ['r1', 8, 8],
          ['r2', 8, 16],
          ['r3', 16, 16],
        ].map(([name, from, to]) => ({
          [`${name}/a`]: [3, 3, from, to],
          ...normShapes(`${name}/na`, to as number),
          [`${name}/b`]: [3, 3, to, to],
          ...normShapes(`${name}/nb`, to as number),
          ...(from === to ? {} : { [`${name}/s`]: [1, 1, from, to] }),
        })),
      ),
      fc: [16, 10],
    },
    input: [2, 12, 12, 3],
    forward(p, x) {
      const block = (h: tf.Tensor, name: string, strides: number) => {
        const a = relu(norm(p, `${name}/na`, conv(h, p[`${name}/a`], strides)));
        const b = norm(p, `${name}/nb`, conv(a, p[`${name}/b`]));
        const s = p[`${name}/s`];
        return relu(add(b, s ? conv(h, s, strides) : h));
      };
      let h = relu(norm(p, 'n0', conv(x, p.c0)));
      for (const [name, strides] of [
        ['r1', 1],
        ['r2', 2],
        ['r3', 1],
      ] as const) {
        h = block(h, name, strides);
      }
      return matMul(spaceMean(h), p.fc);
    },
    groups: ['16', '16', '16', '8', '8'],
    patterns: {
      c0: '3 3 3 c0',
      'r1/a': '3 3 c0 r1/a',
      'r1/b': '3 3 r1/a c0',
      'r2/s': '1 1 c0 r2/b',
      'r3/b': '3 3 r3/a r2/b',
      fc: 'r2/b 10',
    },
  },
  densenet: {
    shapes: {
      c0: [3, 3, 3, 8],
      ...normShapes('d0', 8),
      w0: [3, 3, 8, 4],
      ...normShapes('d1', 12),
      w1: [3, 3, 12, 4],
      ...normShapes('d2', 16),
      w2: [3, 3, 16, 4],
      fc: [20, 10],
    },
    input: [2, 8, 8, 3],
    forward(p, x) {
      let h = conv(x, p.c0);
      for (const l of [0, 1, 2]) {
        h = concat([h, conv(relu(norm(p, `d${l}`, h)), p[`w${l}`])], 3);
      }
      return matMul(spaceMean(h), p.fc);
    },
    groups: ['4', '4', '4', '8'],
    patterns: { w2: '3 3 (c0 + w0 + w1) w2', fc: '(c0 + w0 + w1 + w2) 10', 'd1/mean': '(c0 + w0)' },
  },
  mobileNet: {
    shapes: {
      expand: [1, 1, 3, 8],
      dw: [3, 3, 8, 1],
      se1: [8, 3],
      se2: [3, 8],
      project: [1, 1, 8, 6],
      fc: [6, 5],
    },
    input: [2, 8, 8, 3],
    forward(p, x) {
      let h = relu(conv(x, p.expand));
      h = relu(depthwise(h, p.dw));
      const s = sigmoid(matMul(relu(matMul(spaceMean(h), p.se1)), p.se2));
      h = mul(h, reshape(s, [2, 1, 1, 8]));
      return matMul(spaceMean(conv(h, p.project)), p.fc);
    },
    groups: ['3', '6', '8'],
    patterns: { expand: '1 1 3 expand', dw: '3 3 expand 1', se1: 'expand se1', se2: 'se1 expand' },
  },
  depthwiseMultiplier: {
    shapes: { c0: [3, 3, 3, 6], dw: [3, 3, 6, 2], db: [12], pw: [1, 1, 12, 8], fc: [8, 5] },
    input: [2, 8, 8, 3],
    forward(p, x) {
      let h = relu(conv(x, p.c0));
      h = relu(add(depthwise(h, p.dw), p.db));
      return matMul(spaceMean(relu(conv(h, p.pw))), p.fc);
    },
    groups: ['12/6', '6', '8'],
    patterns: { c0: '3 3 3 c0', dw: '3 3 c0 dw[c0]', db: '(c0 dw[c0])', pw: '1 1 (c0 dw[c0]) pw' },
  },
  groupedConvolution: {
    shapes: { c0: [3, 3, 3, 8], g1: [3, 3, 4, 6], g2: [3, 3, 4, 6], fc: [12, 5] },
    input: [2, 6, 6, 3],
    forward(p, x) {
      const [a, b] = split(relu(conv(x, p.c0)), 2, 3);
      const h = relu(concat([conv(a, p.g1), conv(b, p.g2)], 3));
      return matMul(spaceMean(h), p.fc);
    },
    groups: ['4', '4', '6', '6'],
    patterns: { c0: '3 3 3 (c0.1 + c0.2)', g1: '3 3 c0.1 g1', fc: '(g1 + g2) 5' },
  },
  shuffleNet: {
    shapes: {
      c0: [1, 1, 3, 8],
      w1: [1, 1, 4, 4],
      d1: [3, 3, 4, 1],
      w2: [1, 1, 4, 4],
      d2: [3, 3, 4, 1],
      fc: [8, 5],
    },
    input: [2, 6, 6, 3],
    forward(p, x) {
      let h = relu(conv(x, p.c0));
      for (const l of [1, 2]) {
        const [a, b] = split(h, 2, 3);
        const c = relu(depthwise(relu(conv(b, p[`w${l}`])), p[`d${l}`]));
        h = concat([a, c], 3);
        h = reshape(h, [2, 6, 6, 2, 4]);
        h = reshape(transpose(h, [0, 1, 2, 4, 3]), [2, 6, 6, 8]);
      }
      return matMul(spaceMean(h), p.fc);
    },
    // Of the first stream the halves are [2 2 | 4], for the second split cuts what was the first half and
    // the units of w1 in two.
    groups: ['2', '2', '2', '2', '4', '4'],
  },
  groupNorm: {
    shapes: { c0: [3, 3, 3, 8], gamma: [8], beta: [8], w: [8, 3] },
    input: [2, 6, 6, 3],
    forward(p, x) {
      const g = reshape(conv(x, p.c0), [2, 36, 2, 4]);
      const { mean: centre, variance } = tf.moments(g, [1, 3], true);
      const scaled = div(sub(g, centre), sqrt(add(variance, 1e-5)));
      const h = add(mul(reshape(scaled, [2, 6, 6, 8]), p.gamma), p.beta);
      return matMul(spaceMean(relu(h)), p.w);
    },
    groups: ['2', '8/2'],
    patterns: { c0: '3 3 3 (c0.heads c0[c0.heads])', gamma: '(c0.heads c0[c0.heads])' },
  },
  unet: {
    shapes: {
      e1: [3, 3, 3, 6],
      e2: [3, 3, 6, 8],
      b: [3, 3, 8, 10],
      u2: [2, 2, 8, 10],
      d2: [3, 3, 16, 8],
      d1: [3, 3, 14, 6],
      o: [1, 1, 6, 2],
    },
    input: [1, 16, 16, 3],
    forward(p, x) {
      const layer = (h: tf.Tensor, kernel: tf.Tensor) => relu(conv(h, kernel));
      const e1 = layer(x, p.e1);
      const e2 = layer(pool(e1), p.e2);
      const b = layer(pool(e2), p.b);
      const u = tf.conv2dTranspose(b as tf.Tensor4D, p.u2 as tf.Tensor4D, [1, 8, 8, 8], 2, 'same');
      const d2 = layer(concat([u, e2], 3), p.d2);
      const up = tf.image.resizeBilinear(d2 as tf.Tensor4D, [16, 16]);
      return conv(layer(concat([up, e1], 3), p.d1), p.o);
    },
    groups: ['10', '6', '6', '8', '8', '8'],
    patterns: { u2: '2 2 u2 b', d2: '3 3 (u2 + e2) d2', d1: '3 3 (d2 + e1) d1' },
  },
  lstm: {
    shapes: { kernel: [5, 32], recurrent: [8, 32], bias: [32], out: [8, 3] },
    input: [2, 6, 5],
    forward(p, x) {
      let h: tf.Tensor = tf.zeros([2, 8]);
      let c: tf.Tensor = tf.zeros([2, 8]);
      for (const step of tf.unstack(x, 1)) {
        const z = add(add(matMul(step, p.kernel), matMul(h, p.recurrent)), p.bias);
        const [i, f, g, o] = split(z, 4, 1);
        c = add(mul(sigmoid(f), c), mul(sigmoid(i), tanh(g)));
        h = mul(sigmoid(o), tanh(c));
      }
      return matMul(h, p.out);
    },
    groups: ['8'],
    patterns: { kernel: '5 (4 kernel)', recurrent: 'kernel (4 kernel)', bias: '(4 kernel)' },
  },
  basicLstmCell: {
    shapes: { kernel: [13, 32], bias: [32], out: [8, 3] },
    input: [2, 4, 5],
    forward(p, x) {
      let h = tf.zeros([2, 8]) as tf.Tensor2D;
      let c = tf.zeros([2, 8]) as tf.Tensor2D;
      for (const step of tf.unstack(x, 1) as tf.Tensor2D[]) {
        [c, h] = tf.basicLSTMCell(
          tf.scalar(1),
          p.kernel as tf.Tensor2D,
          p.bias as tf.Tensor1D,
          step,
          c,
          h,
        );
      }
      return matMul(h, p.out);
    },
    groups: ['8'],
    patterns: { kernel: '(5 + kernel) (4 kernel)', bias: '(4 kernel)', out: 'kernel 3' },
  },
  gru: {
    shapes: { kernel: [5, 18], recurrent: [6, 18], bias: [18], out: [6, 3] },
    input: [2, 4, 5],
    forward(p, x) {
      let h: tf.Tensor = tf.zeros([2, 6]);
      for (const step of tf.unstack(x, 1)) {
        const [xz, xr, xh] = split(add(matMul(step, p.kernel), p.bias), 3, 1);
        const [hz, hr, hh] = split(matMul(h, p.recurrent), 3, 1);
        const z = sigmoid(add(xz, hz));
        const candidate = tanh(add(xh, mul(sigmoid(add(xr, hr)), hh)));
        h = add(mul(z, h), mul(sub(1, z), candidate));
      }
      return matMul(h, p.out);
    },
    groups: ['6'],
    patterns: { kernel: '5 (3 kernel)', recurrent: 'kernel (3 kernel)' },
  },
  vit: {
    ...transformer(false),
    groups: ['20', '20', '24', '24/4', '24/4', '24/4', '24/4', '4', '4'],
    patterns: {
      pos: '1 17 patch',
      'l0/qkv/kernel':
        'patch (2 l0/qkv.heads l0/qkv.1[l0/qkv.heads] + l0/qkv.heads l0/qkv.2[l0/qkv.heads])',
      'l0/out/kernel': '(l0/qkv.heads l0/qkv.2[l0/qkv.heads]) patch',
      'l1/mlp1/kernel': 'patch l1/mlp1',
    },
  },
  gpt: {
    ...transformer(true),
    groups: ['20', '20', '24', '24/4', '24/4', '24/4', '24/4', '4', '4'],
    patterns: { wte: '30 wte', wpe: '8 wte', 'l1/mlp2/kernel': 'l1/mlp1 wte' },
  },
  attention: {
    shapes: attentionShapes,
    input: [B, T, 5],
    forward(p, x) {
      const h = dense(x, p.embed);
      const [q, k, v] = [p.wq, p.wk, p.wv].map((kernel) => heads(dense(h, kernel)));
      return readOut(p, h, attend(q, k, v));
    },
    groups: ['24', '24/4', '24/4', '4'],
    patterns: attentionPatterns,
  },
  relativePositions: {
    shapes: { ...attentionShapes, rp: [H, T, T] },
    input: [B, T, 5],
    forward(p, x) {
      const h = dense(x, p.embed);
      const [q, k, v] = [p.wq, p.wk, p.wv].map((kernel) => heads(dense(h, kernel)));
      return readOut(p, h, attend(q, k, v, p.rp));
    },
    groups: ['24', '24/4', '24/4', '4'],
    patterns: { ...attentionPatterns, rp: 'wq.heads 7 7' },
  },
  rope: {
    shapes: attentionShapes,
    input: [B, T, 5],
    forward(p, x) {
      const h = dense(x, p.embed);
      const [q, k, v] = [p.wq, p.wk, p.wv].map((kernel) => heads(dense(h, kernel)));
      return readOut(p, h, attend(rope(q), rope(k), v));
    },
    // What is turned by angles of its own cannot move inside a head.
    groups: ['24', '24/4', '4'],
    patterns: { wq: 'embed (wq 6)', wv: 'embed (wq wv[wq])' },
  },
  queryKeyNorm: {
    shapes: { ...attentionShapes, qg: [D], kg: [D] },
    input: [B, T, 5],
    forward(p, x) {
      const rms = (y: tf.Tensor, g: tf.Tensor) =>
        mul(div(y, sqrt(add(mean(square(y), -1, true), 1e-6))), g);
      const h = dense(x, p.embed);
      const [q, k, v] = [p.wq, p.wk, p.wv].map((kernel) => heads(dense(h, kernel)));
      return readOut(p, h, attend(rms(q, p.qg), rms(k, p.kg), v));
    },
    // One scale for all heads: the dimensions move alike in all of them.
    groups: ['24', '24/4', '4', '6'],
  },
  groupedQueryAttention: {
    shapes: { ...attentionShapes, wk: [E, 2 * D], wv: [E, 2 * D] },
    input: [B, T, 5],
    forward(p, x) {
      const h = dense(x, p.embed);
      const q = reshape(heads(dense(h, p.wq)), [B, 2, 2, T, D]);
      const [k, v] = [p.wk, p.wv].map((kernel) =>
        tf.tile(reshape(heads(dense(h, kernel), 2), [B, 2, 1, T, D]), [1, 1, 2, 1, 1]),
      );
      return readOut(p, h, reshape(attend(q, k, v), [B, H, T, D]));
    },
    groups: ['12/2', '12/2', '2', '24', '4/2'],
    patterns: {
      wq: 'embed (wq.heads wq[wq.heads] wk[wq.heads])',
      wk: 'embed (wq.heads wk[wq.heads])',
    },
  },
  albert: {
    shapes: { ...attentionShapes, f1: [E, F], f2: [F, E] },
    input: [B, T, 5],
    forward(p, x) {
      let h = dense(x, p.embed);
      for (const _ of [0, 1]) {
        const [q, k, v] = [p.wq, p.wk, p.wv].map((kernel) => heads(dense(h, kernel)));
        h = add(h, dense(unheads(attend(q, k, v)), p.wo));
        h = add(h, dense(relu(dense(h, p.f1)), p.f2));
      }
      return matMul(mean(h, 1), p.head);
    },
    groups: ['20', '24', '24/4', '24/4', '4'],
    patterns: attentionPatterns,
  },
  kerasAttention: {
    shapes: {
      embed: [5, E],
      wq: [E, H, D],
      bq: [H, D],
      wk: [E, H, D],
      bk: [H, D],
      wv: [E, H, D],
      bv: [H, D],
      wo: [H, D, E],
      head: [E, 3],
    },
    input: [B, T, 5],
    forward(p, x) {
      const h = dense(x, p.embed);
      const [q, k, v] = ['q', 'k', 'v'].map((role) =>
        add(tf.einsum('bte,ehd->bthd', h, p[`w${role}`]), p[`b${role}`]),
      );
      const a = softmax(mul(tf.einsum('bthd,bshd->bhts', q, k), 0.3));
      const o = tf.einsum('bthd,hde->bte', tf.einsum('bhts,bshd->bthd', a, v), p.wo);
      return matMul(mean(add(h, o), 1), p.head);
    },
    groups: ['24', '24/4', '24/4', '4'],
    patterns: {
      wq: 'embed wq.heads wq[wq.heads]',
      bq: 'wq.heads wq[wq.heads]',
      wv: 'embed wq.heads wv[wq.heads]',
      wo: 'wq.heads wv[wq.heads] embed',
    },
  },
  mixtureOfExperts: {
    shapes: { embed: [5, E], gate: [E, 3], w1: [3, E, 8], w2: [3, 8, E], head: [E, 3] },
    input: [B, 5],
    forward(p, x) {
      const h = matMul(x, p.embed);
      const gate = softmax(matMul(h, p.gate));
      const y = tf.einsum('bef,efd->bed', relu(tf.einsum('bd,edf->bef', h, p.w1)), p.w2);
      return matMul(add(h, tf.einsum('be,bed->bd', gate, y)), p.head);
    },
    groups: ['24', '24/3', '3'],
    patterns: { gate: 'embed gate', w1: 'gate embed w1[gate]', w2: 'gate w1[gate] embed' },
  },
  mixer: {
    shapes: {
      patch: [4, 4, 3, 12],
      t1: [16, 10],
      t2: [10, 16],
      c1: [12, 20],
      c2: [20, 12],
      head: [12, 3],
    },
    input: [B, 16, 16, 3],
    forward(p, x) {
      let h = reshape(conv(x, p.patch, 4, 'valid'), [B, 16, 12]);
      const y = dense(relu(dense(transpose(h, [0, 2, 1]), p.t1)), p.t2);
      h = add(h, transpose(y, [0, 2, 1]));
      h = add(h, dense(relu(dense(h, p.c1)), p.c2));
      return matMul(mean(h, 1), p.head);
    },
    groups: ['10', '12', '20'],
    patterns: { t1: '16 t1', c1: 'patch c1' },
  },
  glu: {
    shapes: { w1: [5, 16], w2: [8, 3] },
    input: [B, 5],
    forward(p, x) {
      const [a, b] = split(matMul(x, p.w1), 2, 1);
      return matMul(mul(a, sigmoid(b)), p.w2);
    },
    groups: ['8'],
    patterns: { w1: '5 (2 w1)', w2: 'w1 3' },
  },
  crelu: {
    shapes: { w1: [5, 8], w2: [16, 3] },
    input: [B, 5],
    forward(p, x) {
      const a = matMul(x, p.w1);
      return matMul(concat([relu(a), relu(tf.neg(a))], 1), p.w2);
    },
    groups: ['8'],
    patterns: { w1: '5 w1', w2: '(2 w1) 3' },
  },
  maxout: {
    shapes: { w1: [5, 8, 3], b: [8, 3], w2: [8, 3] },
    input: [B, 5],
    forward(p, x) {
      const z = add(reshape(matMul(x, reshape(p.w1, [5, 24])), [B, 8, 3]), p.b);
      return matMul(tf.max(z, 2), p.w2);
    },
    groups: ['24/8', '8'],
    patterns: { w1: '5 w1.heads w1[w1.heads]', b: 'w1.heads w1[w1.heads]', w2: 'w1.heads 3' },
  },
  weightNorm: {
    shapes: { v1: [5, 8], gain: [8], w2: [8, 3] },
    input: [B, 5],
    forward(p, x) {
      const w = mul(div(p.v1, sqrt(sum(square(p.v1), 0, true))), p.gain);
      return matMul(relu(matMul(x, w)), p.w2);
    },
    groups: ['8'],
    patterns: { v1: '5 v1', gain: 'v1', w2: 'v1 3' },
  },
  outerProduct: {
    shapes: { a: [5, 6], b: [5, 7], w: [42, 9], v: [9, 3] },
    input: [B, 5],
    forward(p, x) {
      const [u, z] = [relu(matMul(x, p.a)), relu(matMul(x, p.b))];
      const o = reshape(mul(reshape(u, [B, 6, 1]), reshape(z, [B, 1, 7])), [B, 42]);
      return matMul(relu(matMul(o, p.w)), p.v);
    },
    groups: ['6', '7', '9'],
    patterns: { w: '(a b) w' },
  },
  selfProduct: {
    shapes: { a: [5, 6], w: [36, 9], v: [9, 3] },
    input: [B, 5],
    forward(p, x) {
      const u = relu(matMul(x, p.a));
      const o = reshape(mul(reshape(u, [B, 6, 1]), reshape(u, [B, 1, 6])), [B, 36]);
      return matMul(relu(matMul(o, p.w)), p.v);
    },
    groups: ['6', '9'],
    patterns: { w: '(a a) w' },
  },
  slots: {
    shapes: { slots: [5, 6], w: [6, 6], W: [30, 8], V: [8, 3], x0: [4, 6] },
    input: [1, 4],
    forward(p, x) {
      const h = relu(add(matMul(p.slots, p.w), matMul(x, p.x0)));
      return matMul(relu(matMul(reshape(h, [1, 30]), p.W)), p.V);
    },
    groups: ['5', '6', '6', '8'],
    patterns: { W: '(slots w) W' },
  },
  channelPadding: {
    shapes: { c0: [3, 3, 3, 6], w1: [3, 3, 6, 10], w2: [3, 3, 10, 10], fc: [10, 4] },
    input: [2, 6, 6, 3],
    forward(p, x) {
      let h = relu(conv(x, p.c0));
      const wide = tf.pad(h, [
        [0, 0],
        [0, 0],
        [0, 0],
        [0, 4],
      ]);
      h = relu(add(conv(h, p.w1), wide));
      h = relu(add(conv(h, p.w2), h));
      return matMul(spaceMean(h), p.fc);
    },
    groups: ['4', '6'],
    patterns: { w1: '3 3 c0 (c0 + w1)', w2: '3 3 (c0 + w1) (c0 + w1)' },
  },
  readValues: {
    shapes: { w0: [6, 12], w1: [12, 10], w2: [10, 3] },
    input: [2, 6],
    forward(p, x) {
      const h = relu(matMul(x, p.w0));
      const scales = Array.from(tf.max(h, 0).dataSync(), (value) => 1 / (1 + value));
      return matMul(relu(matMul(mul(h, tf.tensor1d(scales)), p.w1)), p.w2);
    },
    groups: ['10'],
    patterns: { w0: '6 12', w1: '12 w1', w2: 'w1 3' },
  },
  reversedSkip: {
    shapes: { w1: [5, 8], w2: [8, 3] },
    input: [B, 5],
    forward(p, x) {
      const a = relu(matMul(x, p.w1));
      return matMul(add(a, tf.reverse(a, 1)), p.w2);
    },
    // Pairs of mirrored units could move, which no group can say.
    groups: [],
  },
  ...constantPrograms,
  ...layoutPrograms,
  ...selectionPrograms,
  ...lanePrograms,
  ...repeatedHeadPrograms,
};

/**
 * Programs whose groups activations do not determine: those without groups, those with a group that no module has on
 * its output (only weights carry it, or only calls in lanes), and those in which two groups share all outputs, where
 * the ascent may end early.
 */
export const withoutSources: readonly string[] = [
  'reversedSkip',
  'slots',
  'chainedLanes',
  'lanesOfRows',
  'commonKernel',
  'headNorms',
];
