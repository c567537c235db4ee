import { InvalidInputError } from '../errors';
import { type OnnxFile, openOnnxFile, openOnnxFiles } from './openOnnxFile';
import type { OnnxFiles } from './write/replaceWeights';

/**
 * Opens files that are used together. If their graphs have the same steps, their weights have the same names also
 * where exporters merged equal tensors differently. Otherwise each has its own names.
 */
export function openTogether(files: readonly OnnxFiles[]): OnnxFile[] {
  return (
    openAlike(files) ??
    files.map(({ bytes, externalData }) => openOnnxFile(bytes, { externalData }))
  );
}

/** The files under the same names; null if their steps differ. */
export function openAlike(files: readonly OnnxFiles[]): OnnxFile[] | null {
  try {
    return openOnnxFiles(files);
  } catch (error) {
    if (error instanceof InvalidInputError) return null;
    throw error;
  }
}
