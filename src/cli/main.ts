#!/usr/bin/env node
import { isMainThread } from 'node:worker_threads';

// The command runs in a thread of this file: signals are heard while it computes.
if (isMainThread) {
  const { superviseCommand } = await import('./superviseCommand');
  process.exitCode = await superviseCommand(new URL(import.meta.url), process.argv.slice(2));
} else {
  const { runInThread } = await import('./runInThread');
  await runInThread();
}
