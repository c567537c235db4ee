import { invalid } from '../errors';

/** Throws on `__proto__`, the only name that a record cannot hold. */
export function assertParameterName(name: string): void {
  if (name === '__proto__') {
    throw invalid("a parameter is named '__proto__'", 'Rename the parameter', { param: name });
  }
}
