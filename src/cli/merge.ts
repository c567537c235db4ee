import { mixtureWeights } from '../merging/internal';
import { type MergedFiles, mergeFiles } from '../node';
import { noteFiles } from '../node/internal';
import type { Permutations } from '../permutation';
import type { PermutationSpec } from '../symmetry';
import { assertResumable } from './assertResumable';
import { checkOutput } from './checkOutput';
import { useCommandBackend } from './commandBackend';
import { courseText } from './courseText';
import type { DataFlags } from './dataFlags';
import { UsageError } from './exit';
import { exceptionsOf, sharingOf } from './fitSpec';
import { type JointDocument, jointDocument, jointLines } from './jointDocument';
import type { MatchFlags } from './matchByFlags';
import { matchByMethod } from './matchByMethod';
import { counted, type MatchDocument, matchDocument, matchLines } from './matchDocument';
import { assertJointFlags, matchJointly } from './matchJointly';
import type { RepairedMerge } from './mergeRepaired';
import { type ProgressLine, progressLine } from './progressLine';
import { type InputFlags, readInputs } from './readInputs';
import { readPermutations } from './readPermutations';
import { type OutputOptions, type Session, tell } from './session';
import { statisticsDocument, statisticsLines } from './statisticsDocument';
import { assertMergeData, type StatisticsFlags, statisticsOf } from './statisticsOf';

/** The options of `merge`. */
export interface MergeFlags
  extends MatchFlags,
    DataFlags,
    OutputOptions,
    InputFlags,
    StatisticsFlags {
  readonly output: string;
  readonly force?: boolean;
  readonly permutations: readonly string[];
  readonly alpha?: number;
  readonly weights?: readonly number[];
  readonly anyWeights?: boolean;
  readonly toFirst?: boolean;
  readonly repair?: boolean;
}

/**
 * `perm-lmc merge A B …`: aligns the checkpoints and writes their mean. Two are matched, the second to the first;
 * three or more are matched jointly, in the order of the first.
 */
export async function merge(session: Session, inputs: readonly string[], given: MergeFlags) {
  const { output, force = false, anyWeights = false } = given;
  const weights = weightsOf(inputs, given);
  assertInputs(inputs, given);
  assertMergeData(given);
  assertResumable(inputs, given);
  if (isJoint(inputs, given)) assertJointFlags(given);
  const { overwrite } = await checkOutput(session, output, force);
  const read = await readInputs(session, inputs, given, { output });
  const { name, spec, listings, renamePrefix } = read;
  const flags = { ...given, renamePrefix };
  const method = statisticsOf(flags, listings[0]);

  const assertSame = await noteFiles(listings.flatMap(({ files }) => files));
  const line = progressLine(session, flags);
  const { permutations, matches, joint } = await alignedBy(session, spec, inputs, flags, line);
  const merge = async (path: string, mayReplace: boolean) => {
    await assertSame();
    return mergeFiles(spec, inputs, permutations, path, {
      weights,
      anyWeights,
      overwrite: mayReplace,
      ...sharingOf(flags),
      renamePrefix,
      key: flags.key,
      statistics: method === 'estimate' ? method : 'interpolate',
      signal: session.signal,
      onProgress: ({ done, total, tensor, ...course }) =>
        line.show(`writing ${done}/${total}  ${courseText(course)}  ${tensor}`),
    }).finally(() => line.clear());
  };
  let merged: MergedFiles | undefined;
  const changed =
    flags.repair || method === 'recompute'
      ? await repairedBy(session, flags, line, {
          ...{ spec, parents: inputs, permutations, weights, output, overwrite },
          ...{ statisticsOnly: method === 'recompute', assertInputs: assertSame },
          async merge(path) {
            merged = await merge(path, false);
          },
        })
      : null;
  if (changed === null) merged = await merge(output, overwrite);
  const repaired = flags.repair ? changed : null;
  const statistics = statisticsDocument(method, changed ? undefined : merged?.statistics, changed);

  const tensors = listings[0].stored.length;
  const document = {
    command: 'merge',
    inputs,
    spec: name,
    output,
    weights,
    tensors,
    ...exceptionsOf(read),
    ...{ kept: merged?.kept, tied: merged?.tied },
    matches,
    joint,
    statistics,
    repaired,
  };
  tell(session, flags, document, () => [
    ...(joint
      ? [`aligned ${inputs.length} checkpoints to each other by ${name}`, ...jointLines(joint)]
      : []),
    ...matches.flatMap((match, i) => [
      `aligned ${inputs[i + 1]} to ${inputs[0]} by ${name}`,
      ...matchLines(match),
    ]),
    ...(repaired ? [`repaired ${counted(repaired.length, 'tensor')} on ${flags.data}`] : []),
    ...Object.entries(merged?.tied ?? {}).map(([name, source]) => `${name} is a copy of ${source}`),
    ...statisticsLines(statistics, flags),
    `wrote ${output}: ${inputs.map((path, i) => `${weights[i]} × ${path}`).join(' + ')}`,
  ]);
}

/** The permutations of each checkpoint but the first, with the matches that found them. */
interface Alignment {
  readonly permutations: readonly Permutations[];
  readonly matches: readonly MatchDocument[];
  readonly joint: JointDocument | null;
}

/** Aligns the checkpoints: by the permutations of the flags, by a joint match, or each to the first. */
async function alignedBy(
  session: Session,
  spec: PermutationSpec,
  inputs: readonly string[],
  flags: MergeFlags,
  line: ProgressLine,
): Promise<Alignment> {
  const permutations: Permutations[] = [];
  const matches: MatchDocument[] = [];
  if (flags.permutations.length > 0) {
    for (const path of flags.permutations) permutations.push(await readPermutations(path));
    return { permutations, matches, joint: null };
  }
  if (isJoint(inputs, flags)) {
    const result = await matchJointly(session, spec, inputs, flags, line);
    const joint = jointDocument(result, inputs);
    return { permutations: result.permutations.slice(1), matches, joint };
  }
  // Two of several may share a tensor that another one lacks and the spec does not name. It is not merged.
  const own: PermutationSpec = inputs.length > 2 ? { ...spec, unlisted: 'fixed' } : spec;
  for (const path of inputs.slice(1)) {
    const result = await matchByMethod(session, own, inputs[0], path, flags, line);
    matches.push(matchDocument(result));
    permutations.push(result.permutations);
  }
  return { permutations, matches, joint: null };
}

/** True if the checkpoints are matched jointly. */
function isJoint(inputs: readonly string[], { toFirst, permutations }: MergeFlags): boolean {
  return inputs.length > 2 && !toFirst && permutations.length === 0;
}

/** Merges and repairs the result, on the command's own backend. */
async function repairedBy(
  session: Session,
  flags: MergeFlags,
  line: ProgressLine,
  merge: RepairedMerge,
): Promise<readonly string[]> {
  await useCommandBackend(flags.backend);
  const { mergeRepaired } = await import('./mergeRepaired');
  return mergeRepaired(session, merge, flags, line);
}

function weightsOf(
  inputs: readonly string[],
  { alpha, weights, anyWeights }: MergeFlags,
): readonly number[] {
  if (alpha !== undefined && weights) {
    throw new UsageError('--alpha and --weights exclude each other: pass one of them');
  }
  if (alpha !== undefined && inputs.length !== 2) {
    throw new UsageError(
      `--alpha is for two checkpoints, received ${inputs.length}: pass --weights`,
    );
  }
  if (weights && weights.length !== inputs.length) {
    throw new UsageError(
      `there are ${inputs.length} checkpoints and ${weights.length} weights: pass one weight for each checkpoint`,
    );
  }
  if (alpha !== undefined) return [1 - alpha, alpha];
  return mixtureWeights(inputs.length, { weights, anyWeights });
}

function assertInputs(
  inputs: readonly string[],
  { permutations, repair, anyWeights }: MergeFlags,
): void {
  if (repair && anyWeights) {
    throw new UsageError('--repair is for a mean: leave out --any-weights');
  }
  if (inputs.length < 2) throw new UsageError('merge takes two checkpoints or more');
  if (permutations.length > 0 && permutations.length !== inputs.length - 1) {
    throw new UsageError(
      `--permutations received ${permutations.length} of ${inputs.length - 1} files: pass it once for each checkpoint but the first, or not at all`,
    );
  }
}
