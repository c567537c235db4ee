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

/** The end of the latest work. One at a time counts weights, because all share one prototype. */
let last: Promise<unknown> = Promise.resolve();

/**
 * Runs work that builds layers of tfjs, and refuses weights of more than `most` elements in all before they are
 * allocated. A topology of a few bytes can ask for layers of any size. Weights are disposed if the work fails.
 *
 * @param work - Waits for nothing outside: layers that others build meanwhile would be counted too.
 */
export function withBoundedWeights<Result>(
  Layer: LayerClass,
  most: number,
  work: () => Promise<Result>,
): Promise<Result> {
  const result = last.then(() => bounded(Layer, most, work));
  last = result.catch(() => {});
  return result;
}

async function bounded<Result>(
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
