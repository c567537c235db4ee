import * as tf from '@tensorflow/tfjs-core';
import { activationMatch, permute } from 'perm-lmc';
import { movedUnits } from './matching';
import { toPlain, withParams } from './plainNetwork';
import { subjectOf, type Work } from './tasks';

/** Activation matching of all layers on photographs. */
export const alignByActivations: Work<'alignByActivations'> = (
  { a, b, permuted },
  { images, signal, report },
) => {
  const { spec, match } = subjectOf(images, 'photographs');
  return withParams([a, b, permuted], async ([paramsA, paramsB, other]) => {
    const { permutations } = await activationMatch(spec, paramsA, paramsB, {
      ...match,
      signal,
      onProgress: ({ done, total }) => report({ done, total: total! }),
    });
    const aligned = permute(spec, other, permutations);
    try {
      return { aligned: await toPlain(aligned), ...movedUnits(permutations) };
    } finally {
      tf.dispose(aligned);
    }
  });
};
