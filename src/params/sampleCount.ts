import { invalid } from '../errors';
import { assertWithinReach } from '../runtime';
import { type NetworkInput, namedTensors } from './networkInput';

/**
 * The number of samples N of an input: the size of the first axis of each of its tensors [N, …].
 *
 * @param argument - The input's name in errors; also their `param`.
 * @throws InvalidInputError when a tensor is disposed, holds no sample, or has another N than the first.
 */
export function sampleCount(argument: string, input: NetworkInput): number {
  const tensors = namedTensors(argument, input);
  const [firstName, first] = tensors[0];
  for (const [name, tensor] of tensors) {
    if (tensor.isDisposed) {
      throw invalid(`${name} is disposed`, 'Pass a tensor that is alive', { param: argument });
    }
    if (tensor.rank === 0 || tensor.shape[0] === 0) {
      throw invalid(
        `${name} has shape [${tensor.shape}], so it holds no sample`,
        'Pass a tensor [N, …] with N ≥ 1',
        { param: argument, axis: tensor.rank === 0 ? undefined : 0, received: tensor.shape },
      );
    }
    if (tensor.shape[0] !== first.shape[0]) {
      throw invalid(
        `${name} has ${tensor.shape[0]} samples along axis 0 and ${firstName} ${first.shape[0]}`,
        'Pass tensors with equal numbers of samples: all are cut into the same batches',
        { param: argument, axis: 0, received: tensor.shape[0] },
      );
    }
    assertWithinReach(name, tensor);
  }
  return first.shape[0];
}
