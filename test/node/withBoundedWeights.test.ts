import { describe, expect, it } from 'vitest';
import { withBoundedWeights } from '../../src/node/withBoundedWeights';

/** A layer that counts the elements of the weights that are not disposed. */
function layerClass() {
  const made = { elements: 0 };
  class Layer {
    addWeight(_name: string, [size]: readonly number[]) {
      made.elements += size;
      const val = { isDisposed: false };
      const dispose = () => {
        val.isDisposed = true;
        made.elements -= size;
      };
      return { val, dispose };
    }
  }
  return { Layer, made };
}

/** Builds layers of 2 elements, with a pause after each. */
async function build(Layer: ReturnType<typeof layerClass>['Layer'], count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    new Layer().addWeight('kernel', [2]);
    await Promise.resolve();
  }
}

describe('the weights of layers', () => {
  it('are counted together, and disposed where they are too many', async () => {
    const { Layer, made } = layerClass();
    await withBoundedWeights(Layer, 6, () => build(Layer, 3));
    expect(made.elements).toBe(6);
    await expect(withBoundedWeights(Layer, 5, () => build(Layer, 3))).rejects.toThrow(
      'its layers need a weight of shape [2], more than the 5 elements of all weights in the file',
    );
    expect(made.elements).toBe(6);
  });

  it('are counted for each of several models that are built at one time', async () => {
    const { Layer, made } = layerClass();
    const { addWeight } = Layer.prototype;
    const counts = [3, 1, 2];
    await Promise.all(
      counts.map((count) => withBoundedWeights(Layer, 2 * count, () => build(Layer, count))),
    );
    expect(made.elements).toBe(12);
    expect(Layer.prototype.addWeight).toBe(addWeight);
  });
});
