import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A Python program that answers requests, one line each. */
export interface Python {
  readonly version: string;
  ask(question: string): Promise<string>;
  stop(): void;
}

/**
 * Starts a script of this folder's parent, with `python3` or the program that the environment variable PYTHON names;
 * null without a Python that has the modules it imports.
 */
export async function startPython(script: string, args: readonly string[]): Promise<Python | null> {
  const path = new URL(`../${script}`, import.meta.url).pathname;
  // An environment variable that forces a kernel on OpenBLAS would slow NumPy down.
  const { OPENBLAS_CORETYPE, OPENBLAS_L2_SIZE, ...env } = process.env;
  const python = spawn(process.env.PYTHON ?? 'python3', [path, ...args], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env,
  });
  const lines = createInterface({ input: python.stdout })[Symbol.asyncIterator]();
  python.on('error', () => {});
  python.stdin.on('error', () => {});
  const ask = async (question: string): Promise<string> => {
    python.stdin.write(`${question}\n`);
    return (await lines.next()).value ?? '';
  };
  const version = await ask('version');
  return version === '' ? null : { version, ask, stop: () => python.stdin.end() };
}
