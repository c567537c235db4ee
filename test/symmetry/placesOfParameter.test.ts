import * as tf from '@tensorflow/tfjs-core';
import {
  composePermutations,
  formatSpec,
  groupSizes,
  identityPermutations,
  invertPermutations,
  parseSpec,
  permutationSpec,
  permute,
  randomPermutations,
  serializeSpec,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import {
  attention,
  experts,
  fibredNetworks,
  groupedQueryAttention,
} from '../support/fibredNetworks';
import {
  expectNoLeak,
  expectPermutations,
  expectSameFunction,
  expectSameParams,
} from '../support/invariants';
import { randomInput, randomParams } from '../support/networks';

await useBackend('cpu');

describe.each(fibredNetworks.map((network) => [network.name, network] as const))(
  '%s',
  (_, network) => {
    const { spec, forward } = network;

    it('computes the same function after any random permutation', async () => {
      const params = randomParams(network, 1);
      for (const seed of [1, 2, 3]) {
        const permutations = randomPermutations(spec, params, { seed });
        expectPermutations(permutations);
        const permuted = permute(spec, params, permutations);
        await expectSameFunction(forward, params, permuted, randomInput(network, 2, 5), 1e-5);
      }
    });

    it('does not if any one axis is left out', async () => {
      const params = randomParams(network, 1);
      const x = randomInput(network, 2, 5);
      for (const name of Object.keys(params)) {
        const differences = [4, 5, 6].map((seed) => {
          const permuted = permute(spec, params, randomPermutations(spec, params, { seed }));
          return tf.tidy(() => {
            const other = forward({ ...permuted, [name]: params[name] }, x);
            return tf.max(tf.abs(tf.sub(forward(params, x), other))).dataSync()[0];
          });
        });
        expect(Math.max(...differences)).toBeGreaterThan(1e-4);
      }
    });

    it('permuting by p and then by q is permuting by their composition, and back again', async () => {
      const params = randomParams(network, 1);
      const [p, q] = [1, 2].map((seed) => randomPermutations(spec, params, { seed }));
      const twice = permute(spec, permute(spec, params, p), q);
      await expectSameParams(twice, permute(spec, params, composePermutations(p, q)));
      const back = permute(spec, permute(spec, params, p), invertPermutations(p));
      await expectSameParams(back, params);
      await expectSameParams(permute(spec, params, identityPermutations(spec, params)), params);
    });

    it('comes back from JSON, leaks nothing', async () => {
      const params = randomParams(network, 1);
      expect(parseSpec(serializeSpec(spec))).toEqual(spec);
      await expectNoLeak(
        () => permute(spec, params, randomPermutations(spec, params)),
        Object.keys(params).length,
      );
    });
  },
);

describe('groups inside others', () => {
  it('have as many units as all their blocks together', () => {
    const params = randomParams(groupedQueryAttention, 1);
    expect(groupSizes(groupedQueryAttention.spec, params)).toEqual({
      e: 12,
      g: 2,
      r: 6,
      d: 8,
      v: 8,
    });
  });

  it('move with the unit that they are inside of', () => {
    // h takes heads 1, 0; inside head 0 of the result the units 1, 0 of head 1, inside head 1 those of 0.
    const spec = permutationSpec({ w: '(h d[h])' }, { sizes: { h: 2 } });
    const permuted = permute(
      spec,
      { w: tf.tensor1d([10, 11, 20, 21]) },
      { h: Int32Array.of(1, 0), d: Int32Array.of(3, 2, 0, 1) },
    );
    expect(Array.from(permuted.w.dataSync())).toEqual([21, 20, 10, 11]);
  });

  it('that are coupled move the block once, and each its own units: (g r[g] d[g])', () => {
    // Value 100 g + 10 r + d. g: 1 0. r in block 0: 1 0, in block 1: 0 1. d in block 0: 0 1, in 1: 1 0.
    const spec = permutationSpec({ w: '(g r[g] d[g])' }, { sizes: { g: 2 } });
    const explicit = {
      ...spec,
      groups: spec.groups.map((group) => ({ ...group, size: group.name === 'g' ? 2 : 4 })),
    };
    const w = tf.tensor1d([0, 1, 10, 11, 100, 101, 110, 111]);
    const permuted = permute(
      explicit,
      { w },
      {
        g: Int32Array.of(1, 0),
        r: Int32Array.of(3, 2, 0, 1),
        d: Int32Array.of(2, 3, 1, 0),
      },
    );
    expect(Array.from(permuted.w.dataSync())).toEqual([110, 111, 100, 101, 1, 0, 11, 10]);
  });

  it('are printed with what they are inside of, and counted block by block', () => {
    // 3! heads · (4!)^3 inner units for d and for v each, 12! of the stream: 10^17.7.
    const printed = formatSpec(attention.spec, randomParams(attention, 1));
    expect(printed).toContain('10^17.7 symmetries');
    expect(printed).toContain('12 units, 4 in each of h');
    expect(printed).toContain('e (h d[h])');
  });

  it.each([
    [
      'stand where their parent does not',
      { w: 'd[h]', u: 'h' },
      /'w' axis 0 has 'd\[h\]', but 'h' is on none of its axes/,
    ],
    ['have no parent at all', { w: 'd[h]' }, /no pattern has 'h' itself/],
    ['are inside two groups', { w: 'h d[h]', u: 'k d[k]' }, /an earlier one has 'd\[h\]'/],
    ['are inside themselves', { w: 'h[d] d[h]' }, /is inside itself/],
  ] as const)('are refused where they %s', (_, patterns, message) => {
    const shapes: Record<string, number[]> = { w: [2, 4], u: [2, 4] };
    expect(() => {
      const spec = permutationSpec(patterns);
      const params = Object.fromEntries(
        Object.entries(patterns).map(([name, pattern]) => [
          name,
          tf.zeros(shapes[name].slice(0, pattern.split(' ').length)),
        ]),
      );
      identityPermutations(spec, params);
    }).toThrow(message);
  });

  it('ask for a size that nothing tells', () => {
    const spec = permutationSpec({ w: '(h d[h])' });
    expect(() => groupSizes(spec, { w: tf.zeros([12]) })).toThrow(
      /the size of 'h' and 'd' cannot be inferred from 'w' axis 0/,
    );
    // d alone leaves h open.
    const inner = permutationSpec({ w: '(h d[h])' }, { sizes: { d: 4 } });
    expect(() => groupSizes(inner, { w: tf.zeros([12]) })).toThrow(
      /the size of 'h' cannot be inferred from 'w' axis 0/,
    );
  });

  it('may not leave their block', () => {
    const params = randomParams(experts, 1);
    const identity = identityPermutations(experts.spec, params);
    const torn = { ...identity, x: Int32Array.of(1, 0, 2) };
    expect(() => permute(experts.spec, params, torn)).toThrow(
      /the permutation of group 'f' has unit 0 at 0, but its parent 'x' has unit 1 at 0/,
    );
  });
});
