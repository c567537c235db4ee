import type { AlignmentChange, MatchManyResult } from '../matching';
import { fixedPoints } from '../permutation';
import { counted } from './matchDocument';

/** A joint match in the JSON result. */
export interface JointDocument {
  /** Σ_{i<j} ⟨Xᵢ, Xⱼ⟩, at the end and where the passes began. */
  readonly objective: number;
  readonly start: number;
  readonly passes: number;
  readonly converged: boolean;
  /** The checkpoints of each pair, and ⟨Xᵢ, Xⱼ⟩ / (‖Xᵢ‖ ‖Xⱼ‖) over the values that groups can move. */
  readonly pairs: readonly JointPair[];
  /** For each checkpoint the number of units that moved. */
  readonly moved: readonly number[];
}

interface JointPair {
  readonly a: string;
  readonly b: string;
  readonly objective: number;
  readonly alignment: AlignmentChange;
}

/** A joint match for the JSON result. */
export function jointDocument(
  { permutations, objective, pairs, history, passes, converged }: MatchManyResult,
  paths: readonly string[],
): JointDocument {
  return {
    objective,
    start: history[0],
    passes,
    converged,
    pairs: pairs.map(({ a, b, objective: own, alignment: { before, after } }) => ({
      ...{ a: paths[a], b: paths[b] },
      ...{ objective: own, alignment: { before, after } },
    })),
    moved: permutations.map((groups) =>
      Object.values(groups).reduce((sum, p) => sum + p.length - fixedPoints(p).length, 0),
    ),
  };
}

/** A joint match as lines of text. */
export function jointLines({
  objective,
  start,
  passes,
  converged,
  pairs,
}: JointDocument): string[] {
  const [lowest] = [...pairs].sort((one, other) => one.alignment.after - other.alignment.after);
  const mean = (when: keyof AlignmentChange) =>
    pairs.reduce((sum, { alignment }) => sum + alignment[when], 0) / pairs.length;
  return [
    `  objective ${start.toPrecision(6)} → ${objective.toPrecision(6)} after ${counted(passes, 'pass', 'passes')}`,
    `  alignment ${mean('before').toFixed(3)} → ${mean('after').toFixed(3)}, mean of ${pairs.length} pairs`,
    `  lowest ${lowest.alignment.before.toFixed(3)} → ${lowest.alignment.after.toFixed(3)}: ${lowest.a} and ${lowest.b}`,
    ...(converged ? [] : ['  not converged: allow more sweeps with --max-sweeps']),
  ];
}
