import { activationMatcher, type Evaluate, simultaneousConnectivity } from 'perm-lmc';
import type { MatrixCell } from '../protocol';
import { toParams } from './plainNetwork';
import { subjectOf, type Work } from './tasks';

/** Reports a cell of the matrix as soon as it is measured, and before each row those without a permutation. */
export const matrix: Work<'matrix'> = async ({ a, b, steps }, { images, signal, report }) => {
  const { spec, evaluate, match } = subjectOf(images, 'photographs');
  const ends = endsOnce(evaluate);
  let done = 0;
  const total = steps.length * (steps.length + 1);
  await simultaneousConnectivity(
    a.map((network, t) => () => {
      ends.enter(t);
      return toParams(network);
    }),
    b.map((network) => () => toParams(network)),
    {
      ...{ spec, steps, signal, evaluate: ends.evaluate, tolerance: 0, points: 3, matrix: true },
      match: activationMatcher(spec, match),
      onCell(key, { kind, value }) {
        if (kind !== 'barrier') return;
        const [loss, error] = [value.loss.max, value.error.max];
        report({ ...placeOf(key), loss, error, done: ++done, total });
      },
    },
  );
  return null;
};

/**
 * An evaluator that measures the ends of a line once for each step. Permutations leave them unchanged, so
 * they are the same with every one.
 */
function endsOnce(evaluate: Evaluate<'loss' | 'error'>) {
  const known = new Map<string, ReturnType<typeof evaluate>>();
  let step = 0;
  return {
    /** Called when the networks of step t are loaded, before their lines are measured. */
    enter(t: number): void {
      step = t;
    },
    evaluate: ((params, point) => {
      if (!point!.weights.includes(1)) return evaluate(params);
      const end = `${step}: ${point!.weights}`;
      if (!known.has(end)) known.set(end, evaluate(params));
      return known.get(end)!;
    }) as typeof evaluate,
  };
}

/** The steps of a cell, from its key: `unmatched/t` or `matched/s/t`. */
function placeOf(key: string): Pick<MatrixCell, 's' | 't'> {
  const [, ...places] = key.split('/').map(Number);
  return places.length === 1 ? { s: null, t: places[0] } : { s: places[0], t: places[1] };
}
