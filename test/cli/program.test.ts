import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import { mlpSpec, parsePermutations, parseSpec } from 'perm-lmc';
import { weightMatchFiles } from 'perm-lmc/node';
import { afterAll, describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { readParams } from '../support/fixtures';
import { mlpModel } from '../support/onnx/mlpModel';
import { buildCommand } from './builtCommand';
import { fixture, temporaryFolder } from './checkpoints';
import { writeNpz } from './testSets';

await useBackend('cpu');
const command = await buildCommand();
afterAll(() => command.remove());
const at = temporaryFolder();
const [a, b] = [fixture('mlp64_A'), fixture('mlp64_B')];

/** Runs the program as a process, its streams piped. */
function program(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command.path, ...words], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

/** The packages that a file requests, and those that its own files request. */
function importsOf(path: string, request: RegExp, found = new Map<string, Set<string>>()) {
  const names = new Set<string>();
  if (found.has(path)) return names;
  found.set(path, names);
  for (const [, name] of readFileSync(path, 'utf8').matchAll(request)) {
    if (!name.startsWith('.')) names.add(name);
    else for (const its of importsOf(join(dirname(path), name), request, found)) names.add(its);
  }
  return names;
}

describe('the program', () => {
  it('starts without tfjs, and loads nothing but Node and its own files', () => {
    expect(readFileSync(command.path, 'utf8').startsWith('#!/usr/bin/env node\n')).toBe(true);
    // What the program loads for its two threads, and what these files import.
    const threads = readFileSync(command.path, 'utf8').matchAll(/await import\("([^"]+)"\)/g);
    const paths = [...threads].map(([, file]) => join(dirname(command.path), file));
    expect(paths).toHaveLength(2);
    const atStart = paths.flatMap((path) => [
      ...importsOf(path, /^import (?:[^"';]* from )?["']([^"']+)["'];/gm),
    ]);
    expect(atStart.length).toBeGreaterThan(10);
    for (const name of atStart) expect(isBuiltin(name), name).toBe(true);
  });

  it.each(['wasm', 'cpu'])('brings the backend %s', async (backend) => {
    const [params, y] = [readParams('mlp64_A'), tf.tensor1d([1, 2, 3], 'int32')];
    writeFileSync(at('a.onnx'), await mlpModel(params, ['fc1', 'fc2', 'fc3']));
    const data = await writeNpz(at('test.npz'), { x: tf.ones([3, 784]), y });
    const flags = ['--data', data, '--points', '2', '--plot', at(`${backend}.svg`)];
    const ended = program('barrier', at('a.onnx'), b, ...flags, '--backend', backend);
    expect([ended.status, ended.stderr]).toEqual([0, '']);
    expect(JSON.parse(ended.stdout)).toMatchObject({ command: 'barrier', backend, samples: 3 });
    expect(readFileSync(at(`${backend}.svg`), 'utf8')).toContain('</svg>');
  });

  it('says its version and its commands', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(program('--version')).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
    const { status, stdout } = program('--help');
    expect(status).toBe(0);
    for (const name of ['align', 'merge', 'barrier', 'permute', 'inspect', 'spec']) {
      expect(stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'));
    }
  });

  it.each([
    [[], 'Usage: perm-lmc'],
    [['allign', 'a', 'b'], "unknown command 'allign'"],
    [['align', 'a', '--spec', 'mlp:3'], "missing required argument 'b'"],
    [['align', 'a', 'b', '--spec', 'mlp:3', '--restarts', '0'], 'Expected an integer ≥ 1'],
    [
      ['align', 'a', 'b', '--spec', 'mlp:3', '--memory', 'lots'],
      'Expected a size such as 512MB or 2GiB',
    ],
    [
      ['align', 'a', 'b', '--spec', 'mlp:3', '--kernel', 'rbf'],
      'Allowed choices are linear, cosine',
    ],
    [['align', 'a', 'b', '--spec', 'mlp:3', '--rename-prefix', 'x'], 'Expected FROM=TO'],
    [['align', 'a', 'b', '--spec', 'mlp:3', '--sed', '1'], "unknown option '--sed'"],
  ])('refuses the command line %j with 2', (words, message) => {
    const { status, stdout, stderr } = program(...words);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });

  it('aligns with one JSON document on standard output and nothing else anywhere', async () => {
    const { status, stdout, stderr } = program('align', a, b, '--spec', 'auto', '-o', at('p.json'));
    expect([status, stderr]).toEqual([0, '']);
    const spec = mlpSpec(3, { layout: 'pytorch' });
    const { permutations, objective } = await weightMatchFiles(spec, a, b);
    expect(JSON.parse(stdout).objective).toBe(objective);
    expect(parsePermutations(readFileSync(at('p.json'), 'utf8'))).toEqual(permutations);
    expect(program('align', a, b, '--spec', 'auto', '-o', at('p.json')).status).toBe(3);
  });

  it('matches on threads', () => {
    const words = ['align', a, b, '--spec', 'mlp:3', '--restarts', '2'];
    const { stdout, status } = program(...words, '--threads', '2');
    expect(status).toBe(0);
    expect(stdout).toBe(program(...words).stdout);
  });

  it('stops without a word when who reads has had enough', async () => {
    const child = spawn(process.execPath, [command.path, 'spec', 'resnet152']);
    let stderr = '';
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    child.stdout.destroy();
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect([code, stderr]).toEqual([0, '']);
  });

  it('on a disk that ends in the middle of a file leaves nothing', () => {
    // The shell allows files of 64 × 512 bytes; the merged checkpoint has 220 kB.
    const words = [
      process.execPath,
      command.path,
      'merge',
      a,
      b,
      '--spec',
      'mlp:3',
      '-o',
      at('cut'),
    ];
    const { status, stderr } = spawnSync('sh', ['-c', 'ulimit -f 64; exec "$@"', 'sh', ...words], {
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([
      1,
      'perm-lmc: the disk is full; nothing was written. Free some space, or choose another output\n',
    ]);
    expect(readdirSync(at('.')).filter((name) => /cut|tmp$/.test(name))).toEqual([]);
  });
});

/** Resolves once a process has a file open; on Linux alone is that to be seen. */
async function hasOpen(process: number, path: string): Promise<void> {
  const folder = `/proc/${process}/fd`;
  const isOpen = () => {
    return readdirSync(folder).some((each) => {
      try {
        return readlinkSync(`${folder}/${each}`) === path;
      } catch {
        return false; // Closed between two looks.
      }
    });
  };
  while (!isOpen()) await setTimeout(20);
}

const isLinux = process.platform === 'linux';

describe.skipIf(!isLinux)('a signal', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s ends a match with %d and no output', async (signal, code) => {
    const words = ['align', a, b, '--spec', 'mlp:3', '--restarts', '5000', '-o', at('signal.json')];
    const child = spawn(process.execPath, [command.path, ...words]);
    const said = { out: '', err: '' };
    child.stdout.on('data', (text) => {
      said.out += text;
    });
    child.stderr.on('data', (text) => {
      said.err += text;
    });
    const closed = new Promise((resolve) => child.once('close', resolve));
    await hasOpen(child.pid!, b);
    child.kill(signal);
    expect(await closed).toBe(code);
    expect(said).toEqual({ out: '', err: 'perm-lmc: interrupted; nothing was written\n' });
    expect(readdirSync(at('.')).filter((name) => /signal|tmp$/.test(name))).toEqual([]);
  });
});

/** Runs the program on a terminal of its own; what `typed` returns for the text so far is typed in. */
function onTerminal(words: readonly string[], typed: (text: string) => string | null) {
  const line = [process.execPath, command.path, ...words].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['--quiet', '--return', '--command', line, '/dev/null']);
  let text = '';
  child.stdout.on('data', (more) => {
    text += more;
    const answer = typed(text);
    if (answer !== null) child.stdin.write(answer);
  });
  return new Promise<{ code: number | null; text: string }>((resolve) => {
    child.once('close', (code) => resolve({ code, text }));
  });
}

const hasScript = spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes(
  'util-linux',
);
if (!hasScript && process.env.CI) throw new Error('script of util-linux must be here');
if (!hasScript) console.warn('skipped on a terminal: there is no script of util-linux');

describe.skipIf(!hasScript)('on a terminal, the program', () => {
  /** Types something once, when the pattern is seen. */
  const once = (pattern: RegExp, answer: string) => {
    let done = false;
    return (text: string) => {
      if (done || !pattern.test(text)) return null;
      done = true;
      return answer;
    };
  };
  const words = (output: string) => ['align', a, b, '--spec', 'mlp:3', '-o', output];

  it('asks before it replaces a file, and hears yes and no', async () => {
    writeFileSync(at('asked.json'), 'precious');
    const asked = /Replace it\? \[y\/N\] /;
    const no = await onTerminal(words(at('asked.json')), once(asked, 'n\n'));
    expect(no.code).toBe(3);
    expect(readFileSync(at('asked.json'), 'utf8')).toBe('precious');
    const yes = await onTerminal(words(at('asked.json')), once(asked, 'y\n'));
    expect(yes.code).toBe(0);
    expect(yes.text).toContain(`aligned ${b} to ${a} by mlp:3\r\n`);
    expect(Object.keys(JSON.parse(readFileSync(at('asked.json'), 'utf8')))).toEqual(['h1', 'h2']);
  });

  it('shows its progress, and ends at Ctrl-C with 130 and no output', async () => {
    const endless = [...words(at('endless.json')), '--restarts', '5000'];
    const { code, text } = await onTerminal(endless, once(/sweep \d/, '\x03'));
    expect(code).toBe(130);
    expect(text).toContain('perm-lmc: interrupted; nothing was written');
    expect(existsSync(at('endless.json'))).toBe(false);
  });

  it('ends at Ctrl-C at a question, too', async () => {
    writeFileSync(at('asked.json'), 'precious');
    const { code } = await onTerminal(words(at('asked.json')), once(/Replace it/, '\x03'));
    expect(code).toBe(130);
    expect(readFileSync(at('asked.json'), 'utf8')).toBe('precious');
  });

  it('writes a spec for programs and for people alike', async () => {
    const { code, text } = await onTerminal(['spec', 'mlp:2'], () => null);
    expect(code).toBe(0);
    expect(parseSpec(text)).toEqual(mlpSpec(2, { layout: 'pytorch' }));
  });
});
