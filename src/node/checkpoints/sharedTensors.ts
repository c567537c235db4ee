import { assertChoice } from '../../checks';
import { invalid } from '../../errors';
import type { PermutationSpec } from '../../symmetry';
import { groupsOfAxis } from '../../symmetry/internal';
import { bytesOf } from './bytesOf';
import type { Checkpoint } from './checkpoint';
import type { CheckpointTensor } from './checkpointFormat';

/** The treatment of a tensor that some checkpoints lack. */
export type Unshared = 'error' | 'first';

/** The treatment of a tensor that has another number of rows in some checkpoints. */
export type Embeddings = 'error' | 'first' | 'overlap';

/** Options for checkpoints that differ in tensors, or in rows of tensors. */
export interface SharedOptions {
  /**
   * Treatment of a tensor that some checkpoints lack, such as a buffer or a tied head, if the spec marks it
   * optional, allows unlisted parameters or does not name it. `'first'` excludes it from matching, copies it from the
   * first checkpoint in a merge, and leaves it out if the first lacks it. `'error'` refuses the checkpoints. Default:
   * `'error'`.
   */
  unshared?: Unshared;
  /**
   * Treatment of a tensor that has another number of rows in some checkpoints, such as the embeddings of a vocabulary
   * that has grown, if the spec permutes no rows: `'overlap'` matches and merges the rows that all have, from row 0 on,
   * and copies further rows of the first checkpoint; the same row must have the same meaning in all. `'first'`
   * excludes the tensor from matching and copies it from the first checkpoint. `'error'` refuses the checkpoints.
   * Default: `'error'`.
   */
  embeddings?: Embeddings;
}

/** The names of {@link SharedOptions}, for checks. */
export const SHARED_OPTIONS = { unshared: true, embeddings: true } as const;

/** Throws unless the options are valid. */
export function assertShared({ unshared, embeddings }: Required<SharedOptions>): void {
  assertChoice('unshared', unshared, ['error', 'first']);
  assertChoice('embeddings', embeddings, ['error', 'first', 'overlap']);
}

/** True if a network may lack a parameter: it is optional in the spec, or unlisted ones are allowed. */
export function mayLack({ params, unlisted }: PermutationSpec, name: string): boolean {
  return Object.hasOwn(params, name) ? params[name].optional === true : unlisted === 'fixed';
}

/** Checkpoints with the tensors that they share, and their spec. */
export interface SharedCheckpoints {
  /** The spec, in which a tensor that is left out is optional. */
  readonly spec: PermutationSpec;
  readonly checkpoints: readonly Checkpoint[];
  /** The tensors that differ in rows, of which the common rows or none are left. */
  readonly resized: readonly string[];
}

/**
 * The checkpoints without the tensors that some of them lack, and with the same rows, as far as the options allow it.
 * Other differences are left to {@link assertComparableCheckpoints}.
 */
export function sharedTensors(
  spec: PermutationSpec,
  checkpoints: readonly Checkpoint[],
  { unshared, embeddings }: Required<SharedOptions>,
): SharedCheckpoints {
  const isShared = (name: string) => checkpoints.every(({ tensors }) => tensors.has(name));
  const isLeftOut = (name: string) =>
    unshared === 'first' &&
    !isShared(name) &&
    (mayLack(spec, name) || !Object.hasOwn(spec.params, name));
  const rows = new Map(
    [...checkpoints[0].tensors.keys()].filter(isShared).flatMap((name) => {
      const count = sharedRows(spec, name, checkpoints);
      return count === null ? [] : [[name, count] as const];
    }),
  );
  if (embeddings === 'error') assertNoRows(rows, checkpoints);
  const own = checkpoints.map((checkpoint) => ({
    ...checkpoint,
    tensors: new Map(
      [...checkpoint.tensors].flatMap(([name, tensor]): [string, CheckpointTensor][] => {
        if (isLeftOut(name) || (rows.has(name) && embeddings === 'first')) return [];
        return [[name, rows.has(name) ? firstRows(tensor, rows.get(name)!) : tensor]];
      }),
    ),
  }));
  return {
    spec: embeddings === 'first' ? withOptional(spec, rows) : spec,
    checkpoints: own,
    resized: [...rows.keys()],
  };
}

/**
 * The number of rows that all checkpoints have of a tensor, if they differ in rows alone and the spec permutes none;
 * otherwise null.
 */
function sharedRows(
  { params }: PermutationSpec,
  name: string,
  checkpoints: readonly Checkpoint[],
): number | null {
  const shapes = checkpoints.map(({ tensors }) => tensors.get(name)!.shape);
  const counts = shapes.map(([rows]) => rows);
  const [[, ...inner]] = shapes;
  const differ = counts.some((count) => count !== counts[0]);
  if (!differ || shapes.some(([, ...others]) => others.join() !== inner.join())) return null;
  if (shapes.some(({ length }) => length === 0)) return null;
  const [axis] = Object.hasOwn(params, name) ? params[name].axes : [];
  return axis && groupsOfAxis(axis).length > 0 ? null : Math.min(...counts);
}

function assertNoRows(
  rows: ReadonlyMap<string, number>,
  [first, ...others]: readonly Checkpoint[],
): void {
  for (const name of rows.keys()) {
    const { shape } = first.tensors.get(name)!;
    const other = others.find(({ tensors }) => tensors.get(name)!.shape[0] !== shape[0])!;
    const [received] = other.tensors.get(name)!.shape;
    throw invalid(
      `parameter '${name}' has ${shape[0]} rows in '${first.path}' and ${received} in '${other.path}'`,
      "Pass embeddings: 'overlap' to merge the rows that both have if the same row has the same meaning, such as the same token, or embeddings: 'first' to keep those of the first",
      { param: name, axis: 0, received },
    );
  }
}

/** The first rows of a tensor. */
function firstRows(tensor: CheckpointTensor, rows: number): CheckpointTensor {
  const shape = [rows, ...tensor.shape.slice(1)];
  return {
    ...tensor,
    shape,
    async read(yieldPoint) {
      const bytes = await tensor.read(yieldPoint);
      return bytes.slice(0, Math.ceil(bytesOf({ ...tensor, shape })));
    },
  };
}

function withOptional(spec: PermutationSpec, names: ReadonlyMap<string, number>): PermutationSpec {
  const params = Object.entries(spec.params).map(
    ([name, param]) => [name, names.has(name) ? { ...param, optional: true } : param] as const,
  );
  return { ...spec, params: Object.fromEntries(params) };
}
