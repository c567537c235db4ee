import { parentPort } from 'node:worker_threads';
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
import type { ThreadMessage, ThreadTask } from './threads/threadTask';

/*
 * The program of a thread: performs the tasks that it receives, one at a time. This file is built separately,
 * without tfjs.
 */
parentPort?.on('message', async (task: ThreadTask) => {
  try {
    tell({ kind: 'done', result: await resultOf(task) });
  } catch (error) {
    tell(failure(error));
  }
});
tell({ kind: 'ready' });

function tell(message: ThreadMessage): void {
  parentPort?.postMessage(message);
}

function failure(error: unknown): ThreadMessage {
  if (!(error instanceof InvalidInputError)) return { kind: 'failed', error };
  const { fn, problem, remedy, param, axis, received } = error;
  return { kind: 'invalid', error: { fn, problem, remedy, param, axis, received } };
}

/** Our own solver, and no pauses: an abort ends the thread. */
const SETTINGS = { solver: solveAssignment, yieldPoint: async () => {} };

async function resultOf(task: ThreadTask): Promise<unknown> {
  if (task.kind === 'job') return jobResult(task.task, task.events);
  if (task.kind === 'products') return addProducts(task.sum, task.products);
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
