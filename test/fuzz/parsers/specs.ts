import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { mlpSpec, resnetSpec } from '../../../src/architectures';
import { parseSpec, serializeSpec } from '../../../src/io';
import { formatSpec, type PermutationSpec, permutationSpec } from '../../../src/symmetry';
import { type FuzzedParser, unsound } from '../fuzzedParser';
import { mutatedJson } from '../mutations/mutatedJson';
import { mutatedPattern } from '../mutations/mutatedPattern';

const entries = (group: string, ...index: number[]) => ({ group, index });

/** Specs with every kind of axis. */
const SPECS = [
  ...[
    mlpSpec(3),
    resnetSpec([1, 1], { layout: 'pytorch' }),
    permutationSpec({ w: '_ (4 h)', v: '? (h + 2 g) _', q: 'a[h] (b[g] _)', s: '' }),
  ].map((spec) => JSON.parse(serializeSpec(spec))),
  {
    format: 'perm-lmc spec',
    version: 1,
    unlisted: 'fixed',
    groups: ['h', { name: 'g', size: 2 }, { name: 'k', size: 2, parents: ['g'] }],
    params: {
      w: {
        optional: true,
        axes: ['_', { size: 6, entries: [entries('h', 0, 2), entries('g', 5, 1)] }],
      },
      v: { axes: [{ size: 6, axes: [0, 1], entries: [entries('h', 0, 1, 2)] }, { partOf: 0 }] },
      u: 'k[g]',
    },
    derivation: { fixed: [{ param: 'w', axis: 0, why: 'an input' }], warnings: ['none'] },
  },
];
const WORDS = [
  ...['format', 'version', 'unlisted', 'groups', 'params', 'derivation', 'name', 'size', 'of'],
  ...['parents', 'group', 'optional', 'axes', 'entries', 'index', 'partOf', 'error', 'fixed', 'w'],
  ...['param', 'axis', 'why', 'warnings'],
  ...['_ h', '(4 h)', 'h[g]', '? (h + g) _', '((h))', '(h h)', 'perm-lmc spec'],
];

/** Specs as JSON, and patterns. */
export const specs: readonly FuzzedParser<string>[] = [
  {
    name: 'spec',
    inputs: mutatedJson(SPECS, WORDS),
    parse: (text) => assertSame(parseSpec(text)),
  },
  {
    name: 'pattern',
    inputs: fc
      .array(mutatedPattern, { minLength: 1, maxLength: 3 })
      .map((patterns) => JSON.stringify(patterns)),
    parse(text) {
      const patterns = JSON.parse(text) as string[];
      assertSame(permutationSpec(Object.fromEntries(patterns.map((each, i) => [`p${i}`, each]))));
    },
  },
];

/** Throws unless a written copy of the spec is the same, and the spec can be shown. */
function assertSame(spec: PermutationSpec): void {
  if (!isDeepStrictEqual(parseSpec(serializeSpec(spec)), spec)) {
    throw unsound('a written copy of the spec differs');
  }
  if (formatSpec(spec).length > 2 ** 20) throw unsound('its text is long');
}
