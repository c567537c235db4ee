import { permuteFile } from '../node';
import { checkOutput } from './checkOutput';
import { progressLine } from './progressLine';
import { type InputFlags, readInputs } from './readInputs';
import { readPermutations } from './readPermutations';
import { type OutputOptions, type Session, tell } from './session';

/** The options of `permute`. */
export interface PermuteFlags extends OutputOptions, InputFlags {
  readonly permutations: string;
  readonly output: string;
  readonly force?: boolean;
}

/** `perm-lmc permute FILE`: applies permutations to a checkpoint. */
export async function permute(session: Session, input: string, flags: PermuteFlags) {
  const { output, force = false, key } = flags;
  const { overwrite } = await checkOutput(session, output, force);
  const inputs = await readInputs(session, [input], flags, { output });
  const { name, spec, unlisted, renamePrefix } = inputs;
  const permutations = await readPermutations(flags.permutations);
  const line = progressLine(session, flags);
  await permuteFile(spec, input, permutations, output, {
    overwrite,
    ...{ renamePrefix, key },
    signal: session.signal,
    onProgress: ({ done, total, tensor }) => line.show(`writing ${done}/${total}  ${tensor}`),
  }).finally(() => line.clear());
  const tensors = inputs.listings[0].stored.length;
  const document = { command: 'permute', input, spec: name, output, tensors, unlisted };
  tell(session, flags, document, () => [
    `wrote ${output}: ${input} permuted by ${flags.permutations}`,
  ]);
}
