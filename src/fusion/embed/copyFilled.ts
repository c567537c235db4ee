import type { GatherAxis } from './gatherAxis';
import type { TensorValues } from './tensorValues';

/** target[Σ toₖ[iₖ]] = Πₖ factorₖ[iₖ] · values[Σ fromₖ[iₖ]] for all i₀, i₁ …; 0 where a from is −1. */
export async function copyFilled(
  target: TensorValues,
  values: ArrayLike<number>,
  axes: readonly GatherAxis[],
  yieldPoint: () => Promise<void>,
): Promise<void> {
  if (axes.length === 0) target[0] = values[0];
  else {
    const { to, from, factor } = axes[0];
    for (let i = 0; i < to.length; i++) {
      await yieldPoint();
      copy(1, to[i], from[i], factor[i]);
    }
  }

  function copy(axis: number, into: number, at: number, factor: number): void {
    if (axis === axes.length) {
      target[into] = at < 0 ? 0 : factor * values[at];
      return;
    }
    const { to, from, factor: own } = axes[axis];
    for (let i = 0; i < to.length; i++) {
      const next = at < 0 || from[i] < 0 ? -1 : at + from[i];
      copy(axis + 1, into + to[i], next, factor * own[i]);
    }
  }
}
