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

/** Performs a task on a thread of `startThreads`. The file is built by itself, without tfjs. */
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
      return { invalid: { fn: error.fn, problem: error.problem, remedy: error.remedy } };
    }
    throw error;
  } finally {
    steps?.postMessage(null);
    steps?.close();
  }
}
