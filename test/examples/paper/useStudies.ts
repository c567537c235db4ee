import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Runs of studies in quick mode, whose results go to a temporary folder. */
export interface Studies {
  /**
   * Runs a study, such as `pairs` or `cifar pairs`; its report. With `until`, it is killed as soon as it has
   * printed that, and there is none.
   */
  readonly runStudy: (name: string, out: string, until?: string) => Promise<string | null>;
  /** Copies the networks that a run trained to another one, which then trains none. */
  readonly takeNetworks: (from: string, to: string) => void;
  /** The path of a file of a run. */
  readonly pathOf: (out: string, name: string) => string;
  /** The text of a file of a run. */
  readonly fileOf: (out: string, name: string) => string;
  /** Asserts that a figure of a run is an SVG image. */
  readonly expectFigure: (out: string, name: string) => void;
}

/** Makes a temporary folder for the studies of a test file, and removes it after them. */
export function useStudies(): Studies {
  const folder = mkdtempSync(join(tmpdir(), 'perm-lmc-studies-'));
  beforeAll(() => {
    if (!existsSync(join(root, 'dist/index.js'))) throw new Error('npm run build first');
  });
  const running = new Set<ChildProcess>();
  afterAll(() => {
    // A test that took too long leaves its study running.
    for (const child of running) killGroup(child);
    rmSync(folder, { recursive: true, force: true });
  });
  const pathOf = (out: string, name: string) => join(folder, out, name);
  const fileOf = (out: string, name: string) => readFileSync(pathOf(out, name), 'utf8');
  return {
    runStudy: async (name, out, until) =>
      (await ends({ folder, name, out, until, running })) ? fileOf(out, 'report.json') : null,
    takeNetworks: (from, to) =>
      cpSync(join(folder, from), join(folder, to), {
        recursive: true,
        filter: (path) => path.endsWith('.safetensors') || statSync(path).isDirectory(),
      }),
    pathOf,
    fileOf,
    expectFigure: (out, name) => expect(fileOf(out, `${name}.svg`)).toMatch(/^<svg[^>]*role="img"/),
  };
}

/** A run of a study, and the set of those that run. */
interface StudyRun {
  readonly folder: string;
  readonly name: string;
  readonly out: string;
  readonly until: string | undefined;
  readonly running: Set<ChildProcess>;
}

/** Runs a study to its end: true; or until it has printed `until`: false. */
function ends({ folder, name, out, until, running }: StudyRun): Promise<boolean> {
  const args = ['examples/paper', ...name.split(' '), '--quick', '--out', join(folder, out)];
  const child = spawn(
    process.execPath,
    [join(root, 'node_modules/tsx/dist/cli.mjs'), join(root, 'scripts/run.ts'), ...args],
    // A group of its own, so that what it starts is killed with it.
    { cwd: folder, detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  running.add(child);
  let printed = '';
  return new Promise((resolve, reject) => {
    const onOutput = (text: Buffer) => {
      printed += text;
      if (until !== undefined && printed.includes(until)) killGroup(child);
    };
    child.stdout.on('data', onOutput);
    child.stderr.on('data', onOutput);
    child.on('error', reject);
    child.on('close', (code) => {
      running.delete(child);
      if (until !== undefined && code === null) resolve(false);
      else if (code === 0) resolve(true);
      else reject(new Error(`${name} ended with ${code}:\n${printed}`));
    });
  });
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended since.
  }
}
