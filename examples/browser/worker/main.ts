/** The worker: runs the tasks of the protocol, also several at once, and reports progress. It keeps no networks. */
import type { Request, Response, Tasks } from '../protocol';
import { alignByActivations } from './alignByActivations';
import { startBackend } from './backend';
import { compareNames, inspect, merge, parseNetwork } from './files';
import { matrix } from './matrix';
import { mergeOnnx } from './onnxFiles';
import { type LoadedImages, loadImages, loadPhotographs } from './subjects';
import { align, type Context, classify, line, train, triangle } from './tasks';

const tasks = {
  ...{ train, align, alignByActivations, line, triangle, classify, matrix },
  ...{ inspect, compareNames, merge, mergeOnnx, parseNetwork },
};
const running = new Map<number, AbortController>();
let images: LoadedImages;
let started: Promise<unknown> = Promise.resolve();
let lost: Promise<string> = new Promise(() => {});

const respond = (response: Response) => postMessage(response);

addEventListener('message', ({ data }: MessageEvent<Request>) => {
  if (data.task === 'cancel') running.get(data.id)?.abort();
  else void answer(data);
});

addEventListener('unhandledrejection', async ({ reason }) => {
  await lossFirst();
  respond({ kind: 'lost', message: `The worker failed: ${messageOf(reason)}.` });
});

async function answer(request: Exclude<Request, { task: 'cancel' }>): Promise<void> {
  const { id } = request;
  const controller = new AbortController();
  running.set(id, controller);
  try {
    const output = await run(request, controller.signal);
    respond({ kind: 'done', id, output });
  } catch (error) {
    await lossFirst();
    const failure = failureOfWasm(error);
    if (failure) return endAfter(failure);
    const name = error instanceof Error ? error.name : 'Error';
    respond({ kind: 'failed', id, name, message: messageOf(error) });
  } finally {
    running.delete(id);
  }
}

/** Runs a task. TensorFlow.js would start a backend of its own choice for one that came before the page's. */
async function run(
  request: Exclude<Request, { task: 'cancel' }>,
  signal: AbortSignal,
): Promise<unknown> {
  if (request.task === 'start') {
    const starting = start(request.input);
    started = starting;
    return starting;
  }
  await started;
  signal.throwIfAborted();
  if (request.task === 'addPhotographs') return addPhotographs(request.input);
  const report = (progress: unknown) => respond({ kind: 'progress', id: request.id, progress });
  const work = tasks[request.task] as (
    input: unknown,
    context: Context<unknown>,
  ) => Promise<unknown>;
  return work(request.input, { images, signal, report });
}

async function start(input: Tasks['start']['input']): Promise<Tasks['start']['output']> {
  const started = await startBackend(input.choice);
  lost = started.lost;
  void lost.then((message) => respond({ kind: 'lost', message }));
  images = loadImages(input.images);
  return { backend: started.backend, note: started.note };
}

async function addPhotographs(set: Tasks['addPhotographs']['input']): Promise<null> {
  images = { ...images, subjects: { ...images.subjects, photographs: loadPhotographs(set) } };
  return null;
}

/** The error of WebAssembly that caused this one, if one did. */
function failureOfWasm(error: unknown): Error | undefined {
  if (error instanceof WebAssembly.RuntimeError) return error;
  return error instanceof Error ? failureOfWasm(error.cause) : undefined;
}

/** Reports that the memory of WebAssembly is full or damaged: tasks that follow would fail, too. */
function endAfter(error: Error): void {
  respond({
    kind: 'lost',
    message: `WebAssembly failed (${error.message.replace(/\.\s*$/, '')}), as it does when its memory of 2 GB is full: choose another backend for large networks.`,
  });
}

/** Waits a moment for a lost device, because its loss must be reported before the errors that it causes. */
async function lossFirst(): Promise<void> {
  await Promise.race([lost, new Promise((resolve) => setTimeout(resolve, 200))]);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
