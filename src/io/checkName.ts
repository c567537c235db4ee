import { isRecord, kindOf } from '../checks';
import { invalid } from '../errors';
import { quoted } from './parseStrictJson';

/** Throws if `name`, the name of a `what`, cannot be the key of a record or be written as UTF-8. */
export function checkName(what: string, name: string): void {
  if (name === '__proto__') {
    const problem = `a ${what} is named "__proto__", which no JavaScript record can hold`;
    throw invalid(problem, 'Rename it', { received: name });
  }
  if (/\p{Surrogate}/u.test(name)) {
    const problem = `the name of the ${what} ${quoted(name)} has half a surrogate pair`;
    throw invalid(problem, 'Use names that are well-formed Unicode', { received: name });
  }
}

/** Throws if a tensor of this name cannot be written. */
export function assertTensorName(name: string): void {
  checkName('tensor', name);
  if (name !== '__metadata__') return;
  const problem = 'a tensor is named "__metadata__", which the format keeps for metadata';
  throw invalid(problem, 'Rename it, or pass text as metadata', { param: name });
}

/** A copy of `metadata`, called `what` in messages. Throws unless it is a record of strings. */
export function checkMetadata(what: string, metadata: unknown): Record<string, string> {
  const remedy = 'Make it a record of strings';
  if (!isRecord(metadata)) {
    throw invalid(`${what} is not a record of strings: it is ${kindOf(metadata)}`, remedy, {
      param: what,
      received: metadata,
    });
  }
  for (const [key, value] of Object.entries(metadata)) {
    checkName(`key of ${what}`, key);
    if (typeof value !== 'string') {
      throw invalid(`${what}[${quoted(key)}] is not a string: it is ${kindOf(value)}`, remedy, {
        param: what,
        received: value,
      });
    }
    if (/\p{Surrogate}/u.test(value)) {
      const problem = `${what}[${quoted(key)}] has half a surrogate pair`;
      throw invalid(problem, 'Use text that is well-formed Unicode', {
        param: what,
        received: value,
      });
    }
  }
  return { ...(metadata as Record<string, string>) };
}
