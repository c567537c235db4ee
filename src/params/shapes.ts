import { invalid } from '../errors';
import { type PrefixMapping, prefixMapping } from './prefixMapping';

/** The shapes of a network's parameters, by name. */
export type Shapes = Readonly<Record<string, readonly number[]>>;

/**
 * Throws unless two networks have parameters of the same names.
 *
 * @param remedy - Writes the remedy for names that differ only by this prefix.
 */
export function assertSameNames(
  a: Readonly<Record<string, unknown>>,
  b: Readonly<Record<string, unknown>>,
  [nameA, nameB]: readonly [string, string],
  remedy: (prefix: PrefixMapping) => string,
): void {
  const missing = Object.keys(a).find((name) => !Object.hasOwn(b, name));
  const extra = Object.keys(b).find((name) => !Object.hasOwn(a, name));
  if (missing === undefined && extra === undefined) return;
  const prefix = prefixMapping(Object.keys(a), Object.keys(b));
  throw invalid(
    missing === undefined
      ? `${nameA} lacks parameter '${extra}', which ${nameB} has`
      : `${nameB} lacks parameter '${missing}', which ${nameA} has${extra === undefined ? '' : `; ${nameB} has '${extra}' instead`}`,
    prefix
      ? `They differ by a prefix alone: ${remedy(prefix)}`
      : 'Rename the parameters so that both networks use the same names',
    { param: missing ?? extra },
  );
}

/**
 * Throws unless a parameter has the same shape in two networks.
 *
 * @param forWidths - Added to the remedy where the ranks are equal: what there is for networks of other widths.
 */
export function assertSameShape(
  name: string,
  a: readonly number[],
  b: readonly number[],
  [nameA, nameB]: readonly [string, string],
  forWidths = '',
): void {
  if (a.join() === b.join()) return;
  const axis = a.length === b.length ? a.findIndex((size, i) => size !== b[i]) : undefined;
  const where = axis === undefined ? 'differs in rank' : `differs on axis ${axis}`;
  throw invalid(
    `parameter '${name}' ${where}: shape [${a}] in ${nameA}, [${b}] in ${nameB}`,
    `Compare networks of the same architecture and width${axis === undefined ? '' : forWidths}`,
    { param: name, axis, received: b },
  );
}
