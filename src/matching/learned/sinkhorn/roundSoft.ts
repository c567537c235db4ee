import type { AssignmentSolver } from '../../../assignment';
import type { Permutation, Permutations } from '../../../permutation';
import type { ResolvedGroup } from '../../../symmetry/internal';
import { assignFamily } from '../../weights/assignFamily';
import { checkedSolver } from '../../weights/checkedSolver';
import { familyOf, membersOf } from '../../weights/family';
import type { GroupMatrices } from './softPermutations';

/**
 * The most likely permutations: those that maximise Σ_i log P[i, p[i]], which are those of the logits. In a family it
 * is the sum of log Sinkhorn(X_ij) over all blocks that are paired and all groups.
 */
export function roundSoft(
  groups: readonly ResolvedGroup[],
  matrices: GroupMatrices,
  { start, solver }: { readonly start: Permutations; readonly solver: AssignmentSolver },
): Permutations {
  const found: Record<string, Permutation> = { ...start }; // In the order of the spec.
  for (const { name, parent } of groups) {
    if (parent !== null) continue;
    const family = familyOf(groups, name);
    const grams = new Map(membersOf(family).map((own) => [own.name, logarithms(own, matrices)]));
    const checked = checkedSolver(solver, name);
    // A held group's matrix has one order in each block, which the assignment finds again.
    Object.assign(
      found,
      assignFamily(family, { grams, current: start, held: new Set(), solver: checked }),
    );
  }
  return found;
}

/** Entries below this count as this. */
const LEAST = 1e-300;

/** log P of a free group; log Sinkhorn(X_ij) of the blocks of a group inside others. */
function logarithms(
  { name, size, parent, inner }: ResolvedGroup,
  matrices: GroupMatrices,
): Float32Array {
  const own = matrices.get(name)!;
  const above = parent === null ? null : matrices.get(parent)!;
  const blocks = size / inner;
  return Float32Array.from(own, (value, at) => {
    const [i, j] = [Math.floor(at / size), at % size];
    const share = above ? above[Math.floor(i / inner) * blocks + Math.floor(j / inner)] : 1;
    return Math.log(Math.max(value, LEAST)) - Math.log(Math.max(share, LEAST));
  });
}
