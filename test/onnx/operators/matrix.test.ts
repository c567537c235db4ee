import { beforeAll, describe, it } from 'vitest';
import { useBackend } from '../../support/backend';
import { expectLikeReference } from '../../support/onnx/expectLikeReference';
import { floats } from '../../support/onnx/feeds';

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it.each([
    [
      [2, 3, 4],
      [4, 5],
    ],
    [
      [2, 3, 4, 5],
      [2, 1, 5, 2],
    ],
    [
      [1, 3, 4, 5],
      [2, 1, 5, 2],
    ],
    [[4], [4, 5]],
    [[3, 4], [4]],
    [[4], [4]],
  ])('MatMul multiplies %j by %j', async (a, b) => {
    await expectLikeReference(
      { nodes: [['MatMul', ['a', 'b'], ['y']]], outputs: ['y'] },
      { a: floats(a), b: floats(b, 2) },
    );
  });
});
