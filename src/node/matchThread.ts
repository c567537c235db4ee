import { solveAssignment } from '../assignment';
import { InvalidInputError } from '../errors';
import {
  addProducts,
  matchGrams,
  packedProducts,
  runMatch,
  sharedWeights,
  type ThreadRun,
} from '../matching/internal';
import type { RunOutcome, ThreadTask } from './threadTask';

/** Performs a task on a thread of `startThreads`. This file is built separately, without tfjs. */
export default function perform(task: ThreadTask): Promise<RunOutcome> | undefined {
  if (task.kind === 'run') return run(task.task, task.steps);
  addProducts(task.sum, task.products);
}

async function run(
  { run, weights, terms, incremental }: ThreadRun,
  steps: Extract<ThreadTask, { kind: 'run' }>['steps'],
): Promise<RunOutcome> {
  const products = packedProducts(sharedWeights(weights), terms);
  const grams = matchGrams(products, Object.keys(run.initial), incremental);
  try {
    const result = await runMatch(products, grams, run, {
      solver: solveAssignment,
      yieldPoint: async () => {}, // An abort ends the thread.
      onStep: (step) => steps?.postMessage(step),
    });
    return { result };
  } catch (error) {
    if (error instanceof InvalidInputError) {
      const { fn, problem, remedy, param, axis, received } = error;
      return { invalid: { fn, problem, remedy, param, axis, received } };
    }
    throw error;
  } finally {
    steps?.postMessage(null);
    steps?.close();
  }
}
