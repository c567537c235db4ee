import type { ResolvedSpec } from '../../symmetry/internal';
import type { StoredForm } from './assertStored';

/** Counts that bound what a match can have stored. */
export interface StoredLimits {
  readonly restarts: number;
  readonly maxSweeps: number;
}

const number: StoredForm = { kind: 'number' };
const boolean: StoredForm = { kind: 'boolean' };
const count: StoredForm = { kind: 'integer', least: 0, most: Number.MAX_SAFE_INTEGER };
const history = listOf(number, 1);
const start = choiceOf(['signature', 'identity', 'initial', 'random']);
const method = choiceOf(['frankWolfe', 'coordinateDescent']);

/** The forms of the state and of the result of a match of networks with these groups. */
export function storedMatchForm(
  { groups }: ResolvedSpec,
  { restarts, maxSweeps }: StoredLimits,
): { readonly state: StoredForm; readonly result: StoredForm } {
  const names = groups.map(({ name }) => name);
  const arrays = (kind: 'Int32Array' | 'Float64Array') =>
    Object.fromEntries(groups.map(({ name, size }) => [name, { kind, length: size } as const]));
  const permutations = objectOf(arrays('Int32Array'));
  const someGroups = listOf(choiceOf(names), 0, names.length);
  const sweeps: StoredForm = { kind: 'integer', least: 0, most: maxSweeps };

  const match = {
    ...{ permutations, objective: number, history, sweeps, converged: boolean },
    similarity: objectOf(arrays('Float64Array')),
  };
  const found = objectOf({ ...match, iterations: count });
  const point = objectOf({
    ...{ permutations, history, hasMoved: boolean, iterations: count, least: orNull(number) },
    similarity: objectOf({}, arrays('Float64Array')),
    sweep: { kind: 'integer', least: 1, most: maxSweeps },
    visited: { kind: 'integer', least: 0, most: names.length },
    ...{ settled: someGroups, corrected: someGroups },
  });
  const first = objectOf({ initial: permutations, from: start, objective: orNull(number) });
  const run = objectOf({}, { point, found });
  const summary = { start, method, objective: number, iterations: count, sweeps };
  const change = { before: number, after: number };
  return {
    state: objectOf(
      { first: orNull(first), runs: listOf(orNull(run), 0, restarts) },
      { bySignature: objectOf({}, arrays('Int32Array')) },
    ),
    result: objectOf({
      ...match,
      alignment: objectOf({
        ...change,
        groups: objectOf(Object.fromEntries(names.map((name) => [name, objectOf(change)]))),
      }),
      bound: number,
      runs: listOf(objectOf({ ...summary, converged: boolean }), 1, restarts),
      search: orNull(searchForm()),
    }),
  };
}

/** The form of the report of a search. */
function searchForm(): StoredForm {
  const optimum = objectOf({ objective: number, loss: orNull(number) });
  return objectOf({ rounds: count, before: number, optima: listOf(optimum, 1), chosen: count });
}

function objectOf(
  fields: Readonly<Record<string, StoredForm>>,
  optional: Readonly<Record<string, StoredForm>> = {},
): StoredForm {
  return { kind: 'object', fields, optional };
}

function listOf(form: StoredForm, least: number, most = Number.POSITIVE_INFINITY): StoredForm {
  return { kind: 'list', form, least, most };
}

function choiceOf(of: readonly string[]): StoredForm {
  return { kind: 'choice', of };
}

function orNull(form: StoredForm): StoredForm {
  return { kind: 'null or', form };
}
