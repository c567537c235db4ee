import { invalid } from '../errors';
import { quoted } from './parseStrictJson';

/**
 * Throws if an object of a document has a field that is not known.
 *
 * @param where - The object, for errors: `group 'h'`.
 */
export function assertFields(where: string, value: object, known: readonly string[]): void {
  const stray = Object.keys(value).find((key) => !known.includes(key));
  if (stray !== undefined) {
    throw invalid(`${where} has the field ${quoted(stray)}`, `Its fields are ${known.join(', ')}`, {
      received: stray,
    });
  }
}
