import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../support/backend';
import { expectLikeReference } from '../../support/onnx/expectLikeReference';
import { floats, given } from '../../support/onnx/feeds';
import {
  type AttributeGiven,
  modelBytes,
  type NodeGiven,
  type TensorGiven,
} from '../../support/onnx/modelBytes';
import { operatorBackends } from '../../support/onnx/operatorBackends';
import { referenceOutputs } from '../../support/onnx/referenceOutputs';

type Attributes = Record<string, AttributeGiven>;

describe.each(operatorBackends)('on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  const small = { q: floats([2, 3, 8]), k: floats([2, 5, 8], 2), v: floats([2, 5, 8], 3) };
  const whole = {
    q: floats([2, 4, 3, 6]),
    k: floats([2, 2, 5, 6], 2),
    v: floats([2, 2, 5, 7], 3),
  };
  const counts = { q_num_heads: 2, kv_num_heads: 2 };
  const bools = (shape: number[]): TensorGiven => ({
    type: 'bool',
    shape,
    // The first column is always true.
    data: floats(shape, 7).data.length
      ? Array.from(floats(shape, 7).data, (x, i) => (x > 0 || i % shape.at(-1)! === 0 ? 1 : 0))
      : [],
  });

  it.each<[string, Attributes, Record<string, TensorGiven>]>([
    ['rank 3', counts, small],
    ['rank 4 and shared keys', {}, whole],
    [
      'rank 3 and shared keys',
      { q_num_heads: 4, kv_num_heads: 2 },
      { q: floats([2, 3, 12]), k: floats([2, 5, 6], 2), v: floats([2, 5, 8], 3) },
    ],
    ['a factor', { ...counts, scale: { float: 0.3 } }, small],
    ['softcap', { ...counts, softcap: { float: 0.7 } }, small],
    ['no future', { ...counts, is_causal: 1 }, small],
    ['an added mask', counts, { ...small, attn_mask: floats([3, 5], 4) }],
    ['an added mask of rank 4', counts, { ...small, attn_mask: floats([2, 1, 3, 5], 4) }],
    ['a mask of truth', counts, { ...small, attn_mask: bools([3, 5]) }],
    ['a mask of truth of rank 4', counts, { ...small, attn_mask: bools([2, 2, 3, 5]) }],
    [
      'a mask and no future',
      { ...counts, is_causal: 1 },
      { ...small, attn_mask: floats([3, 5], 4) },
    ],
  ])('Attention of %s', async (_, attributes, feeds) => {
    await expectLikeReference(
      { nodes: [['Attention', Object.keys(feeds), ['y'], attributes]], outputs: ['y'] },
      feeds,
      { opset: 23, ir: 10 },
    );
  });

  it('Attention continues past keys and values and returns all', async () => {
    await expectLikeReference(
      {
        nodes: [
          ['Attention', ['q', 'k', 'v', '', 'pk', 'pv'], ['y', 'ks', 'vs'], { is_causal: 1 }],
        ],
        outputs: ['y', 'ks', 'vs'],
      },
      {
        q: floats([2, 2, 3, 4]),
        k: floats([2, 2, 3, 4], 2),
        v: floats([2, 2, 3, 4], 3),
        pk: floats([2, 2, 2, 4], 4),
        pv: floats([2, 2, 2, 4], 5),
      },
      { opset: 23, ir: 10 },
    );
  });

  it('Attention in a window is that with a mask of it', async () => {
    const mask = given([0, 0, -1e9, -1e9, -1e9, 0, 0, 0, -1e9, -1e9, -1e9, 0, 0, 0, -1e9], [3, 5]);
    const masked: NodeGiven = ['Attention', ['q', 'k', 'v', 'm'], ['y'], counts];
    const window = { left_window_size: 1, right_window_size: 1 };
    await expectLikeReference(
      { nodes: [['Attention', ['q', 'k', 'v'], ['y'], { ...counts, ...window }]], outputs: ['y'] },
      small,
      {
        opset: 25,
        expected: await referenceOutputs(
          modelBytes(
            { nodes: [masked], inputs: { ...small, m: mask }, outputs: ['y'] },
            { opset: 23, ir: 10 },
          ),
          { ...small, m: mask },
        ),
      },
    );
  });

  it('Attention is zero in rows that a mask hides as a whole', async () => {
    const ones = { shape: [1, 1, 2, 2], data: [1, 1, 1, 1] };
    await expectLikeReference(
      { nodes: [['Attention', ['q', 'k', 'v', 'm'], ['y']]], outputs: ['y'] },
      { q: ones, k: ones, v: ones, m: { type: 'bool', shape: [2, 2], data: [0, 0, 0, 1] } },
      { opset: 23, ir: 10, expected: { y: { shape: [1, 1, 2, 2], data: [0, 0, 1, 1] } } },
    );
  });

  it.each([0, 1, 2, 3])('Attention returns the scores of mode %d', async (mode) => {
    await expectLikeReference(
      {
        nodes: [
          [
            'Attention',
            ['q', 'k', 'v', 'm'],
            ['y', '', '', 'scores'],
            { ...counts, qk_matmul_output_mode: mode, softcap: { float: 0.7 } },
          ],
        ],
        outputs: ['y', 'scores'],
      },
      { ...small, m: floats([3, 5], 4) },
      { opset: 23, ir: 10 },
    );
  });

  const encoder = { x: floats([2, 4, 6]), w: floats([6, 24], 2), b: floats([24], 3) };

  it.each<[string, Attributes, Record<string, TensorGiven>]>([
    ['no mask', { num_heads: 2 }, encoder],
    ['no future', { num_heads: 2, unidirectional: 1 }, encoder],
    ['a factor', { num_heads: 2, scale: { float: 0.7 } }, encoder],
    [
      'a mask of keys',
      { num_heads: 2 },
      { ...encoder, mask: given([1, 1, 0, 1, 1, 1, 1, 0], [2, 4], 'int32') },
    ],
    [
      'a mask of pairs',
      { num_heads: 4 },
      {
        ...encoder,
        mask: given(
          Array.from({ length: 32 }, (_, i) => Number(i % 3 > 0)),
          [2, 4, 4],
          'int32',
        ),
      },
    ],
    ['lengths', { num_heads: 2 }, { ...encoder, mask: given([2, 4], [2], 'int32') }],
    ['sizes of its own', { num_heads: 2, qkv_hidden_sizes: [6, 6, 12] }, encoder],
  ])("onnxruntime's Attention with %s", async (_, attributes, feeds) => {
    await expectLikeReference(
      {
        nodes: [['com.microsoft.Attention', Object.keys(feeds), ['y'], attributes]],
        outputs: ['y'],
      },
      feeds,
    );
  });

  it("onnxruntime's Attention adds a bias of scores and returns keys and values", async () => {
    await expectLikeReference(
      {
        nodes: [
          [
            'com.microsoft.Attention',
            ['x', 'w', 'b', '', '', 'bias'],
            ['y', 'present'],
            { num_heads: 2 },
          ],
        ],
        outputs: ['y', 'present'],
      },
      { ...encoder, bias: floats([2, 2, 4, 4], 5) },
    );
  });

  const b = floats([24], 4);
  it.each<[string, Attributes, Record<string, TensorGiven>, string[]]>([
    ['no bias', { num_heads: 2 }, small, ['q', 'k', 'v']],
    ['a bias', { num_heads: 2 }, { ...small, b }, ['q', 'k', 'v', 'b']],
    ['a factor', { num_heads: 2, scale: { float: 0.7 } }, small, ['q', 'k', 'v']],
    [
      'padding',
      { num_heads: 2 },
      { ...small, m: given([1, 1, 0, 1, 1, 1, 1, 1, 0, 0], [2, 5], 'int32') },
      ['q', 'k', 'v', '', 'm'],
    ],
    [
      'a bias of scores',
      { num_heads: 2 },
      { ...small, s: floats([1, 2, 3, 5], 5) },
      ['q', 'k', 'v', '', '', 's'],
    ],
    [
      'a bias of scores for each',
      { num_heads: 2 },
      { ...small, b, s: floats([2, 1, 3, 5], 5) },
      ['q', 'k', 'v', 'b', '', 's'],
    ],
    [
      'no future',
      { num_heads: 2, unidirectional: 1 },
      { q: floats([2, 5, 8]), k: small.k, v: small.v },
      ['q', 'k', 'v'],
    ],
    [
      'keys as heads',
      { num_heads: 2 },
      { q: small.q, k: floats([2, 2, 5, 4], 2), v: floats([2, 2, 5, 4], 3) },
      ['q', 'k', 'v'],
    ],
  ])('MultiHeadAttention with %s', async (_, attributes, feeds, inputs) => {
    await expectLikeReference(
      {
        nodes: [['com.microsoft.MultiHeadAttention', inputs, ['y'], attributes]],
        outputs: ['y'],
      },
      feeds,
    );
  });

  it('MultiHeadAttention continues past keys and values', async () => {
    await expectLikeReference(
      {
        nodes: [
          [
            'com.microsoft.MultiHeadAttention',
            ['q', 'k', 'v', '', '', '', 'pk', 'pv'],
            ['y', 'ks', 'vs'],
            { num_heads: 2 },
          ],
        ],
        outputs: ['y', 'ks', 'vs'],
      },
      {
        q: floats([2, 5, 8]),
        k: small.k,
        v: small.v,
        pk: floats([2, 2, 3, 4], 4),
        pv: floats([2, 2, 3, 4], 5),
      },
    );
  });

  const rows = 5;
  const lengths = {
    len: given([rows - 1, rows - 1], [2], 'int32'),
    total: given([rows], [], 'int32'),
  };
  const decoder = {
    q: floats([2, rows, 64]),
    k: floats([2, rows, 32], 2),
    v: floats([2, rows, 32], 3),
    ...lengths,
  };
  const tables = { cos: floats([8, 4], 4), sin: floats([8, 4], 5) };
  const wideTables = { cos: floats([8, 8], 4), sin: floats([8, 8], 5) };
  const heads = { num_heads: 4, kv_num_heads: 2 };
  const first = ['q', 'k', 'v', '', '', 'len', 'total'];
  it.each<[string, Attributes, Record<string, TensorGiven>, string[]]>([
    ['shared keys', heads, decoder, first],
    [
      'a factor and softcap',
      { ...heads, scale: { float: 0.7 }, softcap: { float: 0.5 } },
      decoder,
      first,
    ],
    [
      'a rotary embedding',
      { ...heads, do_rotary: 1 },
      { ...decoder, ...wideTables },
      [...first, 'cos', 'sin'],
    ],
    [
      'an interleaved embedding',
      { ...heads, do_rotary: 1, rotary_interleaved: 1 },
      { ...decoder, ...wideTables },
      [...first, 'cos', 'sin'],
    ],
    [
      'one input',
      { ...heads, do_rotary: 1 },
      { q: floats([2, rows, 128]), ...lengths, ...wideTables },
      ['q', '', '', '', '', 'len', 'total', 'cos', 'sin'],
    ],
  ])('GroupQueryAttention with %s', async (_, attributes, feeds, inputs) => {
    await expectLikeReference(
      {
        nodes: [['com.microsoft.GroupQueryAttention', inputs, ['y', 'ks', 'vs'], attributes]],
        outputs: ['y', 'ks', 'vs'],
      },
      feeds,
    );
  });

  it('GroupQueryAttention refuses a window', async () => {
    await expect(
      expectLikeReference(
        {
          nodes: [
            ['com.microsoft.GroupQueryAttention', first, ['y'], { ...heads, local_window_size: 3 }],
          ],
          outputs: ['y'],
        },
        decoder,
        { expected: {} },
      ),
    ).rejects.toThrow('local_window_size 3 is not supported');
  });

  it.each<[string, Attributes, Record<string, TensorGiven>, string[]]>([
    [
      'heads',
      {},
      { x: floats([2, 3, 4, 8]), p: given([0, 1, 2, 3, 3, 1, 4, 0], [2, 4], 'int64') },
      ['x', 'cos', 'sin', 'p'],
    ],
    [
      'heads side by side',
      { num_heads: 3 },
      { x: floats([2, 4, 24]), p: given([0, 1, 2, 3, 3, 1, 4, 0], [2, 4], 'int64') },
      ['x', 'cos', 'sin', 'p'],
    ],
    [
      'neighbours',
      { interleaved: 1 },
      { x: floats([2, 3, 4, 8]), p: given([0, 1, 2, 3, 3, 1, 4, 0], [2, 4], 'int64') },
      ['x', 'cos', 'sin', 'p'],
    ],
    [
      'a part',
      { rotary_embedding_dim: 4 },
      {
        x: floats([2, 3, 4, 8]),
        p: given([0, 1, 2, 3, 3, 1, 4, 0], [2, 4], 'int64'),
        cos: floats([8, 2], 4),
        sin: floats([8, 2], 5),
      },
      ['x', 'cos', 'sin', 'p'],
    ],
    [
      'rows of its own',
      {},
      { x: floats([2, 3, 4, 8]), cos: floats([2, 4, 4], 4), sin: floats([2, 4, 4], 5) },
      ['x', 'cos', 'sin'],
    ],
  ])('RotaryEmbedding of %s', async (_, attributes, feeds, inputs) => {
    await expectLikeReference(
      { nodes: [['RotaryEmbedding', inputs, ['y'], attributes]], outputs: ['y'] },
      { ...tables, ...feeds },
      { opset: 23, ir: 10 },
    );
  });

  it.each<[string, Attributes, Record<string, TensorGiven>]>([
    [
      'heads side by side',
      {},
      { x: floats([2, 4, 24]), p: given([0, 1, 2, 3, 3, 1, 4, 0], [2, 4], 'int64') },
    ],
    [
      'neighbours from a position on',
      { interleaved: 1 },
      { x: floats([2, 3, 4, 8]), p: given([2], [1], 'int64') },
    ],
    [
      'a part',
      { rotary_embedding_dim: 8, num_heads: 2 },
      { x: floats([2, 4, 24]), p: given([1], [1], 'int64') },
    ],
  ])("onnxruntime's RotaryEmbedding of %s", async (_, attributes, feeds) => {
    await expectLikeReference(
      {
        nodes: [['com.microsoft.RotaryEmbedding', ['x', 'p', 'cos', 'sin'], ['y'], attributes]],
        outputs: ['y'],
      },
      { ...feeds, ...tables },
    );
  });
});
