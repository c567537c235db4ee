import { InvalidInputError } from '../errors';
import { openOnnxFiles } from './openOnnxFile';
import type { OnnxFiles } from './write/replaceWeights';

/** The first difference between the steps of two graphs, or between the shapes of their weights; null if there is none. */
export function graphDifference(first: OnnxFiles, other: OnnxFiles): string | null {
  try {
    openOnnxFiles([first, other]);
    return null;
  } catch (error) {
    if (error instanceof InvalidInputError) return error.problem;
    throw error;
  }
}
