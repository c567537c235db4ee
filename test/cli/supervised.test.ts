import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';
import { fileOf } from '../io/safetensorsBytes';
import { buildCommand } from './builtCommand';
import { temporaryFolder } from './checkpoints';

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
  const outfile = join(folder, 'program.mjs');
  await build({
    stdin: { contents: PROGRAM, resolveDir: root, loader: 'ts' },
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
  });
  return outfile;
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
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
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
      expect(await ended).toEqual({ code, signal: null });
      expect(Date.now() - second).toBeLessThan(4000); // Sooner than at the end of the grace period.
      expect([isLeft(), said.err]).toEqual([false, '']);
    },
  );

  it.concurrent('is ended some seconds after one SIGTERM', async () => {
    const { child, ended, isLeft } = await startThread('compute');
    child.kill('SIGTERM');
    expect(await ended).toEqual({ code: 143, signal: null });
    expect(isLeft()).toBe(false);
  }, 60_000);
});

describe.skipIf(!isLinux)('a thread', () => {
  it('ends by itself at a first signal, which comes twice where another program passes it on', async () => {
    const { child, ended, said } = await startThread('stop');
    child.kill('SIGTERM');
    child.kill('SIGINT');
    expect(await ended).toEqual({ code: 7, signal: null });
    expect(said.err).toBe('');
  });

  it('that fails unforeseen ends with 1 and its message, and its temporary file is removed', async () => {
    const { ended, said, isLeft } = await startThread('fail');
    expect((await ended).code).toBe(1);
    expect([said.err, isLeft()]).toEqual(['perm-lmc: failed: unforeseen\\n\\u{9b}\n', false]);
  });

  it('that ends without a result ends with 1', async () => {
    const { child, ended, said, isLeft } = await startThread('nothing');
    child.stderr!.on('data', () => {});
    expect((await ended).code).toBe(1);
    expect(said.err).toBe('perm-lmc: failed: the command ended without a result\n');
    expect(isLeft()).toBe(false);
  });

  it('whose packages print: that is on standard error, escaped', async () => {
    const { ended, said } = await startThread('print');
    await ended;
    expect(said.err).toContain('a package\\u{9b} prints\n');
  });
});

describe.skipIf(!isLinux)('the command, whose result nobody reads', () => {
  it('is ended by a second signal', async () => {
    const tensors = Array.from({ length: 20_000 }, (_, i) => [
      `tensor.${i}`,
      { dtype: 'U8', shape: [0], data_offsets: [0, 0] },
    ]);
    writeFileSync(at('many'), fileOf(Object.fromEntries(tensors)));
    const { child, ended } = start(command.path, 'inspect', at('many'));
    await new Promise((resolve) => child.stdout!.once('readable', resolve)); // The pipe is full.
    child.kill('SIGTERM');
    await setTimeout(400);
    expect(child.exitCode).toBe(null);
    child.kill('SIGTERM');
    // A thread that waits for a pipe cannot be stopped: the signal ends the process, which shells report as 143.
    expect(await ended).toEqual({ code: null, signal: 'SIGTERM' });
    expect(readdirSync(at('.')).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});
