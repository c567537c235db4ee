/// <reference types="vite/client" />
import { describe, expect, it } from 'vitest';
import { type Solved, solve } from './solve';
import solverUrl from './solve.ts?url';

/** The answer of a worker. */
function inWorker(): Promise<Solved> {
  const worker = new Worker(new URL('./solveInWorker.ts', import.meta.url), { type: 'module' });
  return new Promise<Solved>((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(`the worker failed: ${message}`));
    worker.postMessage('solve');
  }).finally(() => worker.terminate());
}

/** The answer of a page whose content security policy has this source of scripts beside the server's own. */
function inPage(policy: string): Promise<Solved & { error?: string; wasm: boolean }> {
  const frame = document.createElement('iframe');
  const program = `
    let wasm = true;
    try {
      new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
    } catch {
      wasm = false;
    }
    import(${JSON.stringify(new URL(solverUrl, location.href).href)}).then(
      ({ solve }) => parent.postMessage({ ...solve(), wasm }, '*'),
      (error) => parent.postMessage({ error: String(error) }, '*'),
    );`;
  frame.srcdoc = `<!doctype html>
    <meta http-equiv="Content-Security-Policy" content="script-src ${location.origin} 'unsafe-inline' ${policy}">
    <script type="module">${program}</script>`;
  return new Promise<Solved & { error?: string; wasm: boolean }>((resolve) => {
    window.addEventListener('message', function answered({ source, data }) {
      if (source !== frame.contentWindow) return;
      window.removeEventListener('message', answered);
      resolve(data);
    });
    document.body.append(frame);
  }).finally(() => frame.remove());
}

describe('in a browser', () => {
  it('a page compiles the solver to WebAssembly at once, and it is in use', () => {
    const { assignment, plain, instances } = solve();
    expect(instances).toBe(1);
    expect(assignment).toEqual(plain);
  });

  it('a worker does, too, with nothing of Node and no shared memory', async () => {
    const { assignment, plain, instances, globals } = await inWorker();
    expect(instances).toBe(1);
    expect(assignment).toEqual(plain);
    expect(globals).toEqual([]);
  });

  it("a page whose policy has 'wasm-unsafe-eval' uses WebAssembly, with nothing of Node and no shared memory", async () => {
    const { error, wasm, assignment, plain, instances, globals } =
      await inPage("'wasm-unsafe-eval'");
    expect(error).toBeUndefined();
    expect(wasm).toBe(true);
    expect(instances).toBe(1);
    expect(assignment).toEqual(plain);
    expect(globals).toEqual([]);
  });

  it('a page whose policy forbids WebAssembly solves the same in TypeScript', async () => {
    const { error, wasm, assignment, plain, instances } = await inPage('');
    expect(error).toBeUndefined();
    expect(wasm).toBe(false);
    expect(instances).toBe(0);
    expect(assignment).toEqual(plain);
  });
});
