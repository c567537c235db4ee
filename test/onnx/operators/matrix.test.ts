import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../support/backend';
import { expectLikeReference } from '../../support/onnx/expectLikeReference';
import { floats, given } from '../../support/onnx/feeds';
import type { AttributeGiven } from '../../support/onnx/modelBytes';
import { operatorBackends } from '../../support/onnx/operatorBackends';

describe.each(operatorBackends)('on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it.each([
    [
      [3, 4],
      [4, 5],
    ],
    [
      [2, 3, 4],
      [4, 5],
    ],
    [
      [2, 3, 4],
      [1, 4, 5],
    ],
    [
      [3, 4],
      [2, 4, 5],
    ],
    [
      [2, 3, 4, 5],
      [2, 1, 5, 2],
    ],
    [
      [1, 3, 4, 5],
      [2, 1, 5, 2],
    ],
    [
      [2, 3, 4, 5],
      [2, 3, 5, 6],
    ],
    [[4], [4, 5]],
    [[4], [2, 4, 5]],
    [[3, 4], [4]],
    [[2, 3, 4], [4]],
    [[4], [4]],
    [
      [0, 4],
      [4, 5],
    ],
    [
      [2, 0],
      [0, 3],
    ],
  ])('MatMul multiplies %j by %j', async (a, b) => {
    await expectLikeReference(
      { nodes: [['MatMul', ['a', 'b'], ['y']]], outputs: ['y'] },
      { a: floats(a), b: floats(b, 2) },
    );
  });

  // WebGPU computes integers as floats.
  it.skipIf(backend === 'webgpu')('MatMul of integers is exact beyond 2²⁴', async () => {
    await expectLikeReference(
      { nodes: [['MatMul', ['a', 'b'], ['y']]], outputs: ['y'], outputTypes: { y: 'int32' } },
      {
        a: given([4097, 3, -7, 2], [2, 2], 'int32'),
        b: given([4099, 1, 5, -2], [2, 2], 'int32'),
      },
      { tolerance: 0 },
    );
  });

  it('MatMul of shapes is a shape', async () => {
    await expectLikeReference(
      {
        nodes: [
          ['Shape', ['x'], ['shape']],
          ['MatMul', ['shape', 'exchange'], ['to']],
          ['Reshape', ['x', 'to'], ['y']],
        ],
        // [2, 3] · [[0, 1], [1, 0]] = [3, 2].
        initializers: { exchange: { type: 'int64', shape: [2, 2], data: [0, 1, 1, 0] } },
        outputs: ['y'],
      },
      { x: floats([2, 3]) },
    );
  });

  it('MatMul takes an image of a convolution', async () => {
    await expectLikeReference(
      {
        nodes: [
          ['Conv', ['x', 'w'], ['c']],
          ['MatMul', ['c', 'b'], ['y']],
        ],
        outputs: ['y'],
      },
      { x: floats([2, 3, 4, 5]), w: floats([2, 3, 1, 1], 2), b: floats([5, 3], 3) },
    );
  });

  it.each<[Record<string, AttributeGiven>, number[] | null]>([
    [{}, null],
    [{}, [5]],
    [{}, [1, 5]],
    [{}, [3, 1]],
    [{}, [3, 5]],
    [{}, [1]],
    [{}, []],
    [{ transA: 1 }, [5]],
    [{ transB: 1 }, [5]],
    [{ transA: 1, transB: 1, alpha: { float: 0.5 }, beta: { float: -2 } }, [5]],
    [{ alpha: { float: 3 } }, null],
    [{ beta: { float: 0 } }, [5]],
  ])('Gemm with %j and a bias of %j', async (attributes, bias) => {
    const inputs = bias ? ['a', 'b', 'c'] : ['a', 'b'];
    await expectLikeReference(
      { nodes: [['Gemm', inputs, ['y'], attributes]], outputs: ['y'] },
      {
        a: floats('transA' in attributes ? [4, 3] : [3, 4]),
        b: floats('transB' in attributes ? [5, 4] : [4, 5], 2),
        ...(bias ? { c: floats(bias, 3) } : {}),
      },
    );
  });

  it('Gemm of opset 7 reads the attribute broadcast of none', async () => {
    await expectLikeReference(
      { nodes: [['Gemm', ['a', 'b', 'c'], ['y'], { transB: 1 }]], outputs: ['y'] },
      { a: floats([3, 4]), b: floats([5, 4], 2), c: floats([5], 3) },
      { opset: 7 },
    );
  });

  it.each<[string, ...number[][]]>([
    ['ij,jk->ik', [2, 3], [3, 4]],
    ['ij,jk', [2, 3], [3, 4]],
    ['ba,cb', [2, 3], [4, 2]],
    ['bij,bjk->bik', [2, 3, 4], [2, 4, 5]],
    ['bhqd,bkhd->bhqk', [2, 3, 4, 5], [2, 6, 3, 5]],
    ['bhqk,bkhd->bqhd', [2, 3, 4, 5], [2, 5, 3, 6]],
    ['...ij,...jk->...ik', [2, 3, 4], [2, 4, 2]],
    ['...ij,jk->...ik', [2, 3, 4], [4, 2]],
    ['i...,i...->...i', [3, 2, 4], [3, 2, 4]],
    ['ij,kj->ki', [2, 3], [4, 3]],
    ['i,j->ij', [3], [4]],
    ['ij->ji', [2, 3]],
    ['ij->', [2, 3]],
    ['ij->i', [2, 3]],
    ['ij,ij->', [2, 3], [2, 3]],
    ['ij,ij->ij', [2, 3], [2, 3]],
    ['i,ij,j->', [2], [2, 3], [3]],
    ['ij,jk,kl->il', [2, 3], [3, 4], [4, 2]],
    ['bi,oi,bo->b', [2, 3], [4, 3], [2, 4]],
    [' b i j , j k -> k b i ', [2, 3, 4], [4, 5]],
  ])('Einsum %s of %j and %j', async (equation, ...shapes) => {
    const names = shapes.map((_, i) => `x${i}`);
    await expectLikeReference(
      { nodes: [['Einsum', names, ['y'], { equation }]], outputs: ['y'] },
      Object.fromEntries(names.map((name, i) => [name, floats(shapes[i], i + 1)])),
    );
  });

  it('Einsum broadcasts an axis of 1', async () => {
    await expectLikeReference(
      { nodes: [['Einsum', ['a', 'b'], ['y'], { equation: 'ij,jk->ik' }]], outputs: ['y'] },
      { a: given([1, 2], [2, 1]), b: given([1, 2, 3, 4, 5, 6], [3, 2]) },
      // Rows 1·(1 + 3 + 5, 2 + 4 + 6) and twice that.
      { expected: { y: { shape: [2, 2], data: [9, 12, 18, 24] } } },
    );
  });

  it('Einsum broadcasts the axes of an ellipsis', async () => {
    await expectLikeReference(
      { nodes: [['Einsum', ['a', 'b'], ['y'], { equation: '...i,...i->...' }]], outputs: ['y'] },
      { a: given([1, 2], [1, 2]), b: given([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2]) },
      // 1·1 + 2·2, 1·3 + 2·4, 1·5 + 2·6, 1·7 + 2·8.
      { expected: { y: { shape: [2, 2], data: [5, 11, 17, 23] } } },
    );
  });

  it('Einsum of values on the host stays there', async () => {
    await expectLikeReference(
      {
        nodes: [
          ['Shape', ['x'], ['shape']],
          ['Einsum', ['shape', 'ones'], ['to'], { equation: 'i,ij->j' }],
          ['Reshape', ['x', 'to'], ['y']],
        ],
        // [2, 4] · [[1, 0], [0, 1]] with its columns exchanged is [4, 2].
        initializers: { ones: { type: 'int64', shape: [2, 2], data: [0, 1, 1, 0] } },
        outputs: ['y'],
      },
      { x: floats([2, 4]) },
    );
  });

  it('Einsum refuses a diagonal', async () => {
    await expect(
      expectLikeReference(
        { nodes: [['Einsum', ['a'], ['y'], { equation: 'ii->i' }]], outputs: ['y'] },
        { a: floats([3, 3]) },
        { expected: {} },
      ),
    ).rejects.toThrow("Einsum (opset 17) with the diagonal in 'ii->i' is not supported");
  });

  it.each<[Record<string, AttributeGiven>, number[], number[]]>([
    [{}, [2, 3, 4], [2, 4, 5]],
    [{ transA: 1 }, [2, 4, 3], [2, 4, 5]],
    [{ transB: 1, alpha: { float: 0.125 } }, [2, 3, 4], [2, 5, 4]],
    [{ transB: 1 }, [2, 3, 3, 4], [5, 4]],
    [{ transBatchA: 1 }, [3, 2, 4], [2, 4, 5]],
    [{ transBatchB: 1, transB: 1 }, [2, 3, 4], [5, 2, 4]],
    [{ transBatchA: 1, transBatchB: 1, transA: 1 }, [4, 2, 6, 3], [4, 2, 6, 5]],
  ])('FusedMatMul with %j', async (attributes, a, b) => {
    await expectLikeReference(
      { nodes: [['com.microsoft.FusedMatMul', ['a', 'b'], ['y'], attributes]], outputs: ['y'] },
      { a: floats(a), b: floats(b, 2) },
    );
  });

  it.each<Record<string, AttributeGiven>>([
    { activation: 'Relu' },
    { activation: 'LeakyRelu', activation_alpha: { float: 0.3 }, transB: 1 },
    {
      activation: 'HardSigmoid',
      activation_alpha: { float: 0.3 },
      activation_beta: { float: 0.4 },
    },
    { activation: 'Tanh', alpha: { float: 0.5 } },
    { activation: 'Sigmoid' },
  ])('FusedGemm with %j', async (attributes) => {
    await expectLikeReference(
      {
        nodes: [['com.microsoft.FusedGemm', ['a', 'b', 'c'], ['y'], attributes]],
        outputs: ['y'],
      },
      {
        a: floats([3, 4]),
        b: floats('transB' in attributes ? [5, 4] : [4, 5], 2),
        c: floats([5], 3),
      },
    );
  });
});
