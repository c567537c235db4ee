import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { fileOfNames } from '../io/safetensorsBytes';
import { buildCommand } from './builtCommand';
import { fixture, temporaryFolder } from './checkpoints';

const root = fileURLToPath(new URL('../../', import.meta.url));
const at = temporaryFolder();

/**
 * A program under the supervision of the command, whose thread makes a temporary file, and then does what its first
 * word says.
 */
const PROGRAM = `
import { writeFileSync, writeSync } from 'node:fs';
import { isMainThread, workerData } from 'node:worker_threads';
import { superviseCommand } from './src/cli/superviseCommand';

if (isMainThread) {
  process.exitCode = await superviseCommand(new URL(import.meta.url), process.argv.slice(2));
} else if (workerData.words[0] === 'command') {
  // The command, which stops to respond when it has begun to write.
  const { runInThread } = await import('./src/cli/runInThread');
  const { onTemporary } = await import('./src/node/internal');
  workerData.words = workerData.words.slice(1);
  const hang = () => {
    writeSync(1, 'ready');
    for (;;);
  };
  onTemporary((_, isThere) => isThere && setTimeout(hang));
  await runInThread();
} else {
  const { words: [what, temporary], port } = workerData;
  port.postMessage({ kind: 'temporary', path: temporary, isThere: true });
  writeFileSync(temporary, 'large');
  writeSync(1, 'ready');
  if (what === 'compute') for (;;);
  if (what === 'fail') throw new Error('unforeseen\\n\\x9b');
  if (what === 'print') console.log('a package\\x9b prints');
  if (what === 'stop') {
    port.once('message', () => {
      setTimeout(() => port.postMessage({ kind: 'ended', code: 7 }), 600);
    });
  }
}
`;

/** Builds the program below the project, where its packages are found. */
async function buildProgram(): Promise<string> {
  const folder = mkdtempSync(join(root, 'node_modules', '.perm-lmc-supervised-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  await build({
    stdin: { contents: PROGRAM, resolveDir: root, loader: 'ts' },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    splitting: true,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
  });
  return join(folder, 'stdin.mjs');
}

const program = await buildProgram();
const command = await buildCommand();
afterAll(() => command.remove());

/** A process, what it has shown, and how it ends. */
function start(path: string, ...words: string[]) {
  const child = spawn(process.execPath, [path, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { err: '' };
  child.stderr.on('data', (text) => {
    said.err += text;
  });
  // The exit code that a shell reports. Where a thread does not stop soon, the signal ends the process.
  const ended = new Promise<number>((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal!]));
  });
  return { child, said, ended };
}

/** Resolves when a process has written to its standard output. */
function isReady({ stdout }: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => stdout!.once('data', resolve));
}

/** A thread of the program that does this, when it has made its temporary file. */
async function startThread(what: string) {
  const temporary = at(`${what}-${Math.random()}.tmp`);
  const started = start(program, what, temporary);
  await isReady(started.child);
  return { ...started, isLeft: () => existsSync(temporary) };
}

const isLinux = process.platform === 'linux';

describe.skipIf(!isLinux)('a thread that computes without a pause', () => {
  it.concurrent.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)(
    'is ended by a second %s with %d, and its temporary file is removed',
    async (name, code) => {
      const { child, ended, said, isLeft } = await startThread('compute');
      child.kill(name);
      await setTimeout(1000);
      expect([child.exitCode, isLeft()]).toEqual([null, true]);
      const second = Date.now();
      child.kill(name);
      expect(await ended).toBe(code);
      expect(Date.now() - second).toBeLessThan(4000); // Sooner than at the end of the grace period.
      expect([isLeft(), said.err]).toEqual([false, '']);
    },
  );

  it.concurrent('is ended some seconds after one SIGTERM', async () => {
    const { child, ended, isLeft } = await startThread('compute');
    child.kill('SIGTERM');
    expect(await ended).toBe(143);
    expect(isLeft()).toBe(false);
  }, 60_000);
});

describe.skipIf(!isLinux)('a thread', () => {
  it('ends by itself at a first signal, which comes twice where another program passes it on', async () => {
    const { child, ended, said } = await startThread('stop');
    child.kill('SIGTERM');
    child.kill('SIGINT');
    expect(await ended).toBe(7);
    expect(said.err).toBe('');
  });

  it('that fails unforeseen ends with 1 and its message, and its temporary file is removed', async () => {
    const { ended, said, isLeft } = await startThread('fail');
    expect(await ended).toBe(1);
    expect([said.err, isLeft()]).toEqual(['perm-lmc: failed: unforeseen\\n\\u{9b}\n', false]);
  });

  it('that ends without a result ends with 1', async () => {
    const { ended, said, isLeft } = await startThread('nothing');
    expect(await ended).toBe(1);
    expect(said.err).toBe('perm-lmc: failed: the command ended without a result\n');
    expect(isLeft()).toBe(false);
  });

  it('whose packages print: that is on standard error, escaped', async () => {
    const { ended, said } = await startThread('print');
    await ended;
    expect(said.err).toContain('a package\\u{9b} prints\n');
  });
});

describe.skipIf(!isLinux)('the command, which does not respond while it writes', () => {
  it('leaves no temporary file after a second signal, and what was there before', async () => {
    writeFileSync(at('merged'), 'precious');
    const words = ['merge', fixture('mlp64_A'), fixture('mlp64_B'), '--spec', 'mlp:3', '--force'];
    const { child, ended } = start(program, 'command', ...words, '-o', at('merged'));
    const temporaries = () => readdirSync(at('.')).filter((name) => name.endsWith('.tmp'));
    await isReady(child);
    await vi.waitFor(() => expect(temporaries()).toHaveLength(1), 10_000);
    child.kill('SIGHUP');
    await setTimeout(500);
    child.kill('SIGHUP');
    expect(await ended).toBe(129);
    expect(temporaries()).toEqual([]);
    expect(readFileSync(at('merged'), 'utf8')).toBe('precious');
  });
});

describe.skipIf(!isLinux)('the command, whose result nobody reads', () => {
  it('is ended by a second signal', async () => {
    const names = Array.from({ length: 20_000 }, (_, i) => `tensor.${i}`);
    writeFileSync(at('many'), fileOfNames(names));
    const { child, ended } = start(command.path, 'inspect', at('many'));
    await new Promise((resolve) => child.stdout!.once('readable', resolve)); // The pipe is full.
    child.kill('SIGTERM');
    await setTimeout(400);
    expect(child.exitCode).toBe(null);
    child.kill('SIGTERM');
    // A thread that waits for a pipe cannot be stopped: the signal ends the process.
    expect(await ended).toBe(143);
    expect(readdirSync(at('.')).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});
