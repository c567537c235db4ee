import { type InvalidInputError, invalid } from '../../errors';

/** The error for an archive that breaks a rule of the zip format. */
export function damaged(
  problem: string,
  details: { readonly param?: string; readonly received?: unknown } = {},
): InvalidInputError {
  return invalid(problem, 'The file is damaged: download it or save it again', details);
}
