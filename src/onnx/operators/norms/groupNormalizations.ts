import { add, mean, mul, reshape, type Tensor } from '@tensorflow/tfjs-core';
import { sizeOf } from '../../../params/internal';
import { channelsLast, storedIn, tensorValue, toTensor, type Value } from '../../values/value';
import { rowMeans } from '../images/rowMeans';
import { type Call, inputAt, type Operators } from '../operator';
import { deviation, meansAlong } from './deviation';

/** Normalisations of groups of channels by their own statistics, on [batch, channels, …]. */
export const groupNormalizations: Operators = {
  InstanceNormalization: {
    run: (call) => groupNormalization(call, inputAt(call, 0).shape[1]),
  },
  GroupNormalization: {
    run: (call) => groupNormalization(call, call.attributes.number('num_groups', 1)),
  },
};

/** Each group of an example is normalised. Scale and bias have a number for each channel, or for each group. */
function groupNormalization(call: Call, groups: number): Value {
  const value = inputAt(call, 0);
  const [batch, channels, ...space] = value.shape;
  const places = sizeOf(space);
  const members = channels / groups;
  const last = channelsLast(value.shape.length);
  const isLast = value.kind === 'tensor' && value.order.join() === last.join();
  const x = reshape(
    isLast ? storedIn(value, last) : toTensor(value),
    isLast ? [batch, places, groups, members] : [batch, groups, members, places],
  );
  const epsilon = call.attributes.number('epsilon', 1e-5);
  const means = isLast ? meansOfLast : meansAlong([2, 3]);
  const { centred, inverse } = deviation(x, epsilon, means);
  const [scale, bias] = [1, 2].map((index) => {
    const vector = toTensor(inputAt(call, index));
    const own = [groups, vector.size / groups];
    return reshape(vector, isLast ? [1, 1, ...own] : [1, ...own, 1]);
  });
  const found = add(mul(centred, mul(inverse, scale)), bias);
  return isLast
    ? tensorValue(reshape(found, [batch, ...space, channels]), last)
    : tensorValue(reshape(found, value.shape.slice()));
}

/** The means of groups of [batch, places, groups, members], as [batch, 1, groups, 1]. */
function meansOfLast(x: Tensor): Tensor {
  const [batch, places, groups, members] = x.shape;
  const rows = rowMeans(reshape(x, [batch, places, 1, groups * members]));
  const perChannel = reshape(rows, [batch, 1, groups, members]);
  return members === 1 ? perChannel : mean(perChannel, -1, true);
}
