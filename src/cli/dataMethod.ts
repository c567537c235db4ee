import type { MatchMethod } from '../matching';

/** The methods that match on data. */
export const DATA_METHODS = ['activations', 'straight-through', 'sinkhorn'] as const;

/** The methods that match on data, in words. */
export const METHODS_ON_DATA = `--method ${DATA_METHODS.slice(0, -1).join(', ')} or ${DATA_METHODS.at(-1)}`;

/** A method that matches on data. */
export type DataMethod = (typeof DATA_METHODS)[number];

/** A method of the command line. */
export type CommandMethod = MatchMethod | DataMethod;

/** True for a method that matches on data. */
export function isDataMethod(method: CommandMethod | undefined): method is DataMethod {
  return DATA_METHODS.some((name) => name === method);
}
