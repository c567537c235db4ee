import { solveAssignment } from '../assignment';
import { InvalidInputError } from '../errors';
import {
  addProducts,
  type JobEvent,
  matchGrams,
  matchJob,
  packedProducts,
  sharedWeights,
  type ThreadJob,
} from '../matching/internal';
import type { JobOutcome, ThreadTask } from './threadTask';

/** Performs a task on a thread of `startThreads`. This file is built separately, without tfjs. */
export default function performTask(task: ThreadTask): Promise<JobOutcome> | undefined {
  if (task.kind === 'job') return perform(task.task, task.events);
  addProducts(task.sum, task.products);
}

async function perform(
  { job, weights: data, terms, incremental }: ThreadJob,
  events: Extract<ThreadTask, { kind: 'job' }>['events'],
): Promise<JobOutcome> {
  const weights = sharedWeights(data);
  const products = packedProducts(weights, terms);
  const { groups } = job.kind === 'run' ? job.run : job.search;
  const names = groups.map(({ name }) => name);
  const grams = matchGrams(products, names, incremental);
  try {
    // An abort ends the thread.
    const settings = { solver: solveAssignment, yieldPoint: async () => {} };
    const tell = (event: JobEvent) => events?.postMessage(event);
    return { result: await matchJob({ weights, products, grams }, job, settings, tell) };
  } catch (error) {
    if (error instanceof InvalidInputError) {
      const { fn, problem, remedy, param, axis, received } = error;
      return { invalid: { fn, problem, remedy, param, axis, received } };
    }
    throw error;
  } finally {
    events?.postMessage(null);
    events?.close();
  }
}
