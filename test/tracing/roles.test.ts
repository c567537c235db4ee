import * as tf from '@tensorflow/tfjs-core';
import type { JointUse, Params, PermutationSpec } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { formatPattern } from '../../src/symmetry/formatPattern';
import { traceForward } from '../../src/tracing/capture/trace';
import { useBackend } from '../support/backend';
import { expectRoles, placesLikeConsumers } from '../support/expectRoles';
import { randomInput, randomParams } from './network';
import { type Program, programs } from './programs';

await useBackend('cpu');

function traced({ forward, shapes, ...program }: Program) {
  const params = randomParams(shapes);
  const x = randomInput({ forward, shapes, ...program });
  const { spec } = traceForward(forward, params, x);
  return { spec, params, forward: (own: Params) => forward(own, x) };
}

const patternsOf = ({ params }: PermutationSpec) =>
  Object.fromEntries(Object.entries(params).map(([name, each]) => [name, formatPattern(each)]));

/** The spec with the other role for all groups of a parameter. */
function flipped(spec: PermutationSpec, name: string): PermutationSpec {
  const text = JSON.stringify(spec.params[name]);
  const other = text.replace(/"(producer|consumer)"/g, (role) =>
    role === '"producer"' ? '"consumer"' : '"producer"',
  );
  return { ...spec, params: { ...spec.params, [name]: JSON.parse(other) } };
}

describe('roles from a trace keep the function where units are merged', () => {
  it.each(Object.entries(programs))('%s', (_, program) => {
    expectRoles(traced(program));
  });
});

describe('the check of roles', () => {
  it.each(['dense1/kernel', 'dense1/bias', 'dense2/kernel', 'dense3/kernel'])(
    'fails for the other role of %s',
    (name) => {
      const own = traced(programs.mlp);
      const spec = flipped(own.spec, name);
      const isSeen = () => {
        expectRoles({ ...own, spec });
        expect(placesLikeConsumers({ ...own, spec })).toEqual([]);
      };
      expect(placesLikeConsumers(own)).toEqual([]);
      expect(isSeen).toThrow();
    },
  );
});

describe('roles are found', () => {
  const { matMul, relu, add, mul, reshape, transpose, slice, split, concat } = tf;
  const cases: Record<
    string,
    { shapes: Program['shapes']; forward: Program['forward']; patterns: Record<string, string> }
  > = {
    'through a transpose': {
      shapes: { w: [6, 5], v: [3, 6] },
      forward: (p, x) => matMul(relu(matMul(x, transpose(p.w))), transpose(p.v)),
      patterns: { w: 'w> 5', v: '3 >w' },
    },
    'in a matrix product with a transposed operand': {
      shapes: { w: [6, 5], v: [3, 6] },
      forward: (p, x) => matMul(relu(matMul(x, p.w, false, true)), p.v, false, true),
      patterns: { w: 'w> 5', v: '3 >w' },
    },
    'on both sides of a slice of one vector of all parameters': {
      shapes: { all: [5 * 6 + 6 + 6 * 3] },
      forward: ({ all }, x) => {
        const [w, b, v] = split(all, [30, 6, 18]);
        const h = relu(add(matMul(x, reshape(w, [5, 6])), b));
        return matMul(h, reshape(v, [6, 3]));
      },
      patterns: { all: '(6 all> + >all 3)' },
    },
    'through slices and concatenations': {
      shapes: { a: [5, 4], b: [5, 2], v: [6, 3] },
      forward: (p, x) =>
        add(
          matMul(relu(matMul(x, concat([p.a, p.b], 1))), p.v),
          matMul(relu(matMul(x, p.a)), slice(p.v, [0, 0], [4, 3])),
        ),
      patterns: { a: '5 a.1>', b: '5 a.2>', v: '>(a.1 + a.2) 3' },
    },
    'of an embedding that is multiplied with, too: both': {
      shapes: { e: [5, 6] },
      forward: ({ e }, x) => matMul(relu(matMul(x, e)), e, false, true),
      patterns: { e: '5 >e>' },
    },
    'where factors are elementwise: producers': {
      shapes: { w: [5, 6], g: [6], v: [6, 3] },
      forward: (p, x) => matMul(relu(mul(matMul(x, p.w), tf.exp(p.g))), p.v),
      patterns: { w: '5 w>', g: 'w>', v: '>w 3' },
    },
  };

  it.each(Object.entries(cases))('%s', (_, { patterns, ...program }) => {
    const own = traced({ ...program, input: [4, 5], groups: [] });
    expect(patternsOf(own.spec)).toEqual(patterns);
    expectRoles(own);
  });
});

describe('a role that is not certain is not said', () => {
  const { matMul, relu, add, mul, div, sqrt, square, sum } = tf;
  const cases: Record<string, { shapes: Program['shapes']; forward: Program['forward'] }> = {
    'of a kernel whose input axis is normalised': {
      shapes: { w: [5, 6], v: [6, 3] },
      forward: (p, x) => matMul(relu(matMul(x, p.w)), div(p.v, sqrt(sum(square(p.v), 0, true)))),
    },
    'of a kernel that enters a nonlinear function': {
      shapes: { w: [5, 6], v: [6, 3] },
      forward: (p, x) => matMul(relu(matMul(x, p.w)), tf.tanh(p.v)),
    },
    'of a kernel to which a constant is added': {
      shapes: { w: [5, 6], v: [6, 3] },
      forward: (p, x) => matMul(relu(matMul(x, p.w)), add(p.v, 1)),
    },
    'of a kernel that a mask of parameters is multiplied with': {
      shapes: { w: [5, 6], v: [6, 3], m: [6, 3] },
      forward: (p, x) => matMul(relu(matMul(x, p.w)), mul(p.v, p.m)),
    },
  };

  it.each(Object.entries(cases))('%s', (_, program) => {
    const { spec } = traced({ ...program, input: [4, 5], groups: [] });
    expect(patternsOf(spec)).toMatchObject({ w: '5 w>', v: 'w 3' });
  });
});

describe('joint uses are found', () => {
  const uses: Record<string, Record<string, readonly JointUse[]>> = {
    mlp: {},
    lstm: {},
    vggNorm: {},
    groupNorm: { c0: ['groupNorm'] },
    vit: {
      patch: ['layerNorm'],
      'l0/qkv.1': ['dotProduct'],
      'l1/qkv.1': ['dotProduct'],
    },
    queryKeyNorm: { wq: ['rmsNorm', 'dotProduct'] },
    maxout: { w1: ['max'] },
    centring: { w: ['mean'] },
    stackedMaps: { a: ['softmax'], b: ['softmax'] },
    headsOneByOne: { q: ['dotProduct'] },
    topUnits: { w1: ['other'] },
    multiQuery: { embed: ['rmsNorm'], k: ['dotProduct'] },
  };

  it.each(Object.entries(uses))('in %s', (name, expected) => {
    const { groups } = traced(programs[name]).spec;
    const found = groups.flatMap((group) => (group.joint ? [[group.name, group.joint]] : []));
    expect(Object.fromEntries(found)).toEqual(expected);
  });

  it('a mean that something else reads is no layer norm', () => {
    const own = traced({
      shapes: { w: [5, 6], v: [6, 3], u: [1, 3] },
      input: [4, 5],
      groups: [],
      forward(p, x) {
        const h = tf.matMul(x, p.w);
        const { mean, variance } = tf.moments(h, -1, true);
        const y = tf.div(tf.sub(h, mean), tf.sqrt(tf.add(variance, 1e-5)));
        return tf.add(tf.matMul(y, p.v), tf.matMul(mean, p.u));
      },
    });
    expect(own.spec.groups).toEqual([{ name: 'w', size: 6, joint: ['mean'] }]);
  });
});
