import { invalid } from '../errors';
import { assertWithinReach } from '../runtime';
import { type NetworkInput, namedTensors } from './networkInput';

/**
 * How many samples an input holds along the first axis of each of its tensors [N, …].
 *
 * @param argument - What the function that was called calls the input.
 * @throws InvalidInputError when a tensor is disposed, holds no sample, or has another N than the first.
 */
export function sampleCount(argument: string, input: NetworkInput): number {
  const tensors = namedTensors(argument, input);
  const [firstName, first] = tensors[0];
  for (const [name, tensor] of tensors) {
    if (tensor.isDisposed) throw invalid(`${name} is disposed`, 'Pass a tensor that is alive');
    if (tensor.rank === 0 || tensor.shape[0] === 0) {
      throw invalid(
        `${name} has shape [${tensor.shape}], so it holds no sample`,
        'Pass a tensor [N, …] with N ≥ 1',
      );
    }
    if (tensor.shape[0] !== first.shape[0]) {
      throw invalid(
        `${name} has ${tensor.shape[0]} samples along axis 0 and ${firstName} ${first.shape[0]}`,
        `Pass tensors of as many samples: all are cut into the same batches`,
      );
    }
    assertWithinReach(name, tensor);
  }
  return first.shape[0];
}
