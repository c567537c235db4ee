import type { AssignmentSolver } from '../../../assignment';
import type { Permutations } from '../../../permutation';
import type { ResolvedGroup } from '../../../symmetry/internal';
import { isSame } from '../../weights/term';
import type { LearnedCourse } from '../learnedCourse';
import type { LearningProgress } from '../learningOptions';
import type { SoftPoint } from './learnLogits';
import { roundSoft } from './roundSoft';
import { softEntropies } from './softEntropies';
import type { SoftObjective } from './softObjective';

/** Permutations and their loss. */
interface MeasuredPermutations {
  readonly permutations: Permutations;
  readonly loss: number;
  /** The step after which they were found. */
  readonly step: number;
}

/** The outcome of soft permutations that were learned. */
export interface LearnedPermutations extends LearnedCourse {
  readonly permutations: Permutations;
  readonly entropy: Readonly<Record<string, number>>;
  /** The permutations after the last step. */
  readonly last: Permutations;
}

/** Settings of {@link bestRounding}. */
export interface RoundingSettings {
  readonly groups: readonly ResolvedGroup[];
  readonly objective: SoftObjective;
  /** The permutations to begin with, and those of groups without logits. */
  readonly start: Permutations;
  readonly solver: AssignmentSolver;
  readonly steps: number;
  readonly onProgress: ((progress: LearningProgress) => void) | undefined;
}

/** The steps between two roundings. */
const EVERY = 5;

/** Rounds soft permutations on the way, and keeps the permutations of the least loss, the start included. */
export async function bestRounding(
  points: AsyncIterable<SoftPoint>,
  { groups, objective, start, solver, steps, onProgress }: RoundingSettings,
): Promise<LearnedPermutations> {
  const startLoss = await objective.measure(start);
  const history: number[] = [];
  const losses = [startLoss];
  let best: MeasuredPermutations = { permutations: start, loss: startLoss, step: 0 };
  let last = start;
  let entropy: Record<string, number> = {};
  for await (const { step, soft, loss } of points) {
    if (step % EVERY === 0 || step === steps) {
      const permutations = roundSoft(groups, soft.matrices, { start, solver });
      if (!areSame(permutations, last)) {
        const measured = { permutations, loss: await objective.measure(permutations), step };
        if (measured.loss < best.loss) best = measured;
      }
      last = permutations;
    }
    if (step === steps) entropy = softEntropies(groups, soft.matrices);
    if (loss === null) continue;
    history.push(loss);
    losses.push(best.loss);
    onProgress?.({ done: step, total: steps, batchLoss: loss, loss: best.loss });
  }
  return { ...best, startLoss, history, losses, entropy, last };
}

function areSame(p: Permutations, q: Permutations): boolean {
  return Object.keys(p).every((name) => isSame(p[name], q[name]));
}
