import { solveAssignment } from '../assignment';
import { InvalidInputError } from '../errors';
import {
  addProducts,
  type JobEvent,
  matchGrams,
  matchJob,
  packedProducts,
  sharedWeights,
  signatureStart,
  type ThreadJob,
} from '../matching/internal';
import type { TaskOutcome, ThreadTask } from './threads/threadTask';

/** Performs a task on a thread of `startThreads`. This file is built separately, without tfjs. */
export default async function performTask(task: ThreadTask): Promise<TaskOutcome> {
  try {
    return { result: await resultOf(task) };
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    const { fn, problem, remedy, param, axis, received } = error;
    return { invalid: { fn, problem, remedy, param, axis, received } };
  }
}

/** Our own solver, and no pauses: an abort ends the thread. */
const SETTINGS = { solver: solveAssignment, yieldPoint: async () => {} };

async function resultOf(task: ThreadTask): Promise<unknown> {
  if (task.kind === 'job') return jobResult(task.task, task.events);
  if (task.kind === 'products') return addProducts(task.sum, task.products);
  if (task.kind === 'nothing') return;
  const { weights, terms, groups } = task.task;
  return signatureStart(sharedWeights(weights), terms, groups, SETTINGS);
}

async function jobResult(
  { job, weights: data, terms, incremental }: ThreadJob,
  events: Extract<ThreadTask, { kind: 'job' }>['events'],
): Promise<unknown> {
  const weights = sharedWeights(data);
  const products = packedProducts(weights, terms);
  const { groups } = job.kind === 'run' ? job.run : job.search;
  const names = groups.map(({ name }) => name);
  const grams = matchGrams(products, names, incremental);
  try {
    const onEvent = (event: JobEvent) => events?.postMessage(event);
    return await matchJob({ weights, products, grams }, job, SETTINGS, onEvent);
  } finally {
    events?.postMessage(null);
    events?.close();
  }
}
