import { invalid } from '../errors';
import { sizeOf } from '../params/internal';

/** The class of tfjs-layers that allocates weights when a layer is built. */
export interface LayerClass {
  readonly prototype: object;
}

/** A weight of a layer, as tfjs-layers keeps it. */
interface LayerWeight {
  readonly val: { readonly isDisposed: boolean };
  dispose(): void;
}

type AddWeight = (name: string, shape: readonly number[], ...rest: unknown[]) => LayerWeight;

/**
 * Runs work that builds layers of tfjs, and refuses weights of more than `most` elements in all before they are
 * allocated. A topology of a few bytes can ask for layers of any size. Weights are disposed if the work fails.
 */
export async function withBoundedWeights<Result>(
  Layer: LayerClass,
  most: number,
  work: () => Promise<Result>,
): Promise<Result> {
  const prototype = Layer.prototype as { addWeight: AddWeight };
  const { addWeight } = prototype;
  const made: LayerWeight[] = [];
  let count = 0;
  prototype.addWeight = function (this: unknown, name, shape, ...rest) {
    count += sizeOf(shape);
    if (count > most) throw tooMany(shape, most);
    const weight = addWeight.call(this, name, shape, ...rest);
    made.push(weight);
    return weight;
  };
  try {
    return await work();
  } catch (error) {
    for (const weight of made) if (!weight.val.isDisposed) weight.dispose();
    throw error;
  } finally {
    prototype.addWeight = addWeight;
  }
}

function tooMany(shape: readonly number[], most: number) {
  return invalid(
    `its layers need a weight of shape [${shape}], more than the ${most} elements of all weights in the file`,
    'The topology and the weights are of different models: save the model again',
    { param: 'modelTopology', received: shape },
  );
}
