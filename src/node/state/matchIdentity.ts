import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import type { MatchSettings } from '../../matching/internal';
import type { PermutationSpec } from '../../symmetry';
import { type Checkpoint, filesOfCheckpoint } from '../checkpoints/checkpoint';

/** The parts that determine a match: equal parts give the same match. */
export type MatchIdentity = Readonly<Record<string, unknown>>;

/** The settings that determine a match, besides the names of the included parameters. */
export interface DeterminingSettings extends MatchSettings {
  readonly searchOptions: unknown;
  readonly incremental: boolean;
}

/**
 * The identity of a match. A checkpoint is known by its names, types and shapes, and by the sizes and times of its
 * files; its values are not read.
 *
 * @param names - The included parameters.
 */
export async function matchIdentity(
  spec: PermutationSpec,
  [a, b]: readonly Checkpoint[],
  names: readonly string[],
  settings: DeterminingSettings,
): Promise<MatchIdentity> {
  const { order, seed, restarts, start, initial, method, maxSweeps, kernel } = settings;
  const { bound, searchOptions: search, incremental } = settings;
  const options = { order, seed, restarts, start, method, maxSweeps, kernel, bound, search };
  return {
    'first checkpoint': await checkpointIdentity(a),
    'second checkpoint': await checkpointIdentity(b),
    spec: digest(spec),
    'option include': digest(names),
    'option initial': digest(initial && Object.entries(initial).map(([name, p]) => [name, [...p]])),
    'option incremental': incremental,
    ...Object.fromEntries(
      Object.entries(options).map(([name, value]) => [`option ${name}`, value ?? null]),
    ),
  };
}

async function checkpointIdentity(checkpoint: Checkpoint) {
  const files = [];
  for (const path of filesOfCheckpoint(checkpoint).sort()) {
    const { size, mtimeMs } = await stat(path);
    files.push([size, mtimeMs]);
  }
  const header = [...checkpoint.tensors].map(([name, { dtype, shape }]) => [name, dtype, shape]);
  return { header: digest(header), files };
}

function digest(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(value) ?? '')
    .digest('hex');
}
