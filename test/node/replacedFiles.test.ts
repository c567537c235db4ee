import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { tensor1d } from '@tensorflow/tfjs-core';
import { InvalidInputError, permutationSpec } from 'perm-lmc';
import { permuteFile, weightMatchFiles, writeOnnxFile, writeSafetensors } from 'perm-lmc/node';
import { beforeEach, describe, expect, it } from 'vitest';
import { keepAccess } from '../../src/node/keepAccess';
import { temporaryPaths } from '../../src/node/temporaryPaths';
import { writeTogether, writeWhole } from '../../src/node/writeWhole';
import { fixture, temporaryFolder } from '../cli/checkpoints';
import { run } from '../cli/session';
import { useBackend } from '../support/backend';

await useBackend('cpu');
const at = temporaryFolder();
const out = (name = '.') => at(join('out', name));
const isRoot = process.getuid?.() === 0;
const onPosix = it.skipIf(process.platform === 'win32');

beforeEach(() => {
  rmSync(out(), { recursive: true, force: true });
  mkdirSync(out());
});

const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);

/** Writes a file over what is at a path; returns the permissions of the temporary file while it was written. */
async function replaced(path: string, overwrite = true): Promise<string> {
  let during = '';
  await writeWhole({ path, overwrite }, async (handle) => {
    await handle.write(Buffer.from('new'));
    during = mode(temporaryPaths()[0]);
  });
  return during;
}

describe('a file that replaces another one', () => {
  onPosix.each([0o600, 0o640, 0o444, 0o755])('has its permissions: %o', async (own) => {
    writeFileSync(out('a'), 'old');
    chmodSync(out('a'), own);
    expect(await replaced(out('a'))).toBe('600');
    expect(readFileSync(out('a'), 'utf8')).toBe('new');
    expect(mode(out('a'))).toBe(own.toString(8));
  });

  onPosix('has them in the command and in the state of a match', async () => {
    const spec = permutationSpec({}, { unlisted: 'fixed' });
    for (const name of ['a.json', 'a.safetensors', 'state']) writeFileSync(out(name), '');
    const matching = () =>
      weightMatchFiles(spec, fixture('mlp64_A'), fixture('mlp64_B'), { state: out('state') });
    rmSync(out('state'));
    await matching();
    for (const name of readdirSync(out())) chmodSync(out(name), 0o600);
    expect((await run(['spec', 'mlp:3', '-o', out('a.json'), '--force'])).code).toBe(0);
    await permuteFile(spec, fixture('mlp64_A'), {}, out('a.safetensors'), { overwrite: true });
    await matching();
    expect(readdirSync(out()).map((name) => mode(out(name)))).toEqual(['600', '600', '600']);
  });

  onPosix('gives them to new files beside it, such as more shards', async () => {
    writeFileSync(out('index'), 'old', { mode: 0o600 });
    const write = async () => {};
    const files = ['shard', 'index'].map((name) => ({ path: out(name), write }));
    await writeTogether(files, { overwrite: true });
    expect(['shard', 'index'].map((name) => mode(out(name)))).toEqual(['600', '600']);
  });

  onPosix('has those of the umask where nothing was', async () => {
    const before = process.umask(0o027);
    try {
      expect(await replaced(out('a'), false)).toBe('640');
      expect(mode(out('a'))).toBe('640');
    } finally {
      process.umask(before);
    }
  });

  it.runIf(isRoot)('has its owner and its group', async () => {
    writeFileSync(out('a'), 'old');
    chownSync(out('a'), 1234, 5678);
    await replaced(out('a'));
    const { uid, gid } = statSync(out('a'));
    expect([uid, gid]).toEqual([1234, 5678]);
  });

  it.runIf(isRoot)('gives its group no more than everybody where that is another group', () => {
    writeFileSync(out('old'), '');
    chownSync(out('old'), 0, 5678);
    chmodSync(out('old'), 0o664);
    writeFileSync(out('new'), '');
    chownSync(out('new'), 65534, 65534);
    const file = openSync(out('new'), 'r+');
    const old = statSync(out('old'));
    process.seteuid!(65534);
    try {
      keepAccess(file, old);
    } finally {
      process.seteuid!(0);
      closeSync(file);
    }
    expect(statSync(out('new')).gid).toBe(65534);
    expect(mode(out('new'))).toBe('644');
  });

  onPosix('replaces a link, and not the file that it leads to', async () => {
    writeFileSync(out('target'), 'old', { mode: 0o600 });
    symlinkSync('target', out('link'));
    symlinkSync('nowhere', out('dangling'));
    for (const name of ['link', 'dangling']) {
      await replaced(out(name));
      expect(lstatSync(out(name)).isFile()).toBe(true);
    }
    expect(mode(out('link'))).toBe('600');
    expect(readFileSync(out('target'), 'utf8')).toBe('old');
    expect(readdirSync(out()).sort()).toEqual(['dangling', 'link', 'target']);
  });
});

describe('an output that can be no file is refused before anything is written:', () => {
  const write = (path: string, overwrite: boolean) =>
    writeWhole({ path, overwrite }, async () => expect.unreachable());
  const refused: Readonly<Record<string, readonly [path: () => string, problem: string]>> = {
    'a folder': [
      () => {
        mkdirSync(out('folder'));
        return out('folder');
      },
      'is a folder',
    ],
    'a device': [() => '/dev/null', 'is a device'],
    'a link to a device': [
      () => {
        symlinkSync('/dev/null', out('null'));
        return out('null');
      },
      'is a device',
    ],
    'a pipe': [
      () => {
        execFileSync('mkfifo', [out('pipe')]);
        return out('pipe');
      },
      'is a pipe',
    ],
    'a name of 256 bytes': [() => out('ä'.repeat(128)), 'has 256 bytes'],
  };
  onPosix.each(Object.entries(refused))('%s', async (_, [make, problem]) => {
    const path = make();
    const before = readdirSync(out());
    for (const overwrite of [false, true]) {
      const error = await write(path, overwrite).catch((reason) => reason);
      expect(error).toBeInstanceOf(InvalidInputError);
      expect(error.message).toContain(problem);
    }
    expect(readdirSync(out())).toEqual(before);
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  it.each([
    ['b', 'b'],
    ['b', './x/../b'],
    ['Ä', 'ä'],
    ['\u00e4', 'a\u0308'],
  ])('files that are one on some disks: %s and %s', async (one, other) => {
    const files = [one, other].map((name) => ({
      path: `${out()}/${name}`,
      write: async () => expect.unreachable(),
    }));
    const writing = writeTogether(files, { overwrite: true });
    await expect(writing).rejects.toThrow('two files of the output would be one');
  });

  it('external data that is the model itself', async () => {
    const model = { bytes: Uint8Array.of(1), externalData: { 'm.onnx': Uint8Array.of(2) } };
    const writing = writeOnnxFile(out('m.onnx'), model, { overwrite: true });
    await expect(writing).rejects.toThrow('two files of the output would be one');
    expect(readdirSync(out())).toEqual([]);
  });
});

it('writes a file whose name has all of 255 bytes', async () => {
  const name = `${'x'.repeat(243)}.safetensors`;
  const params = { x: tensor1d([1]) };
  for (const overwrite of [false, true]) await writeSafetensors(out(name), params, { overwrite });
  expect(readdirSync(out())).toEqual([name]);
});

it('leaves no folder for external data where the model is not written', async () => {
  writeFileSync(out('m.onnx'), 'precious');
  const model = { bytes: Uint8Array.of(1), externalData: { 'a/b/c.bin': Uint8Array.of(2) } };
  await expect(writeOnnxFile(out('m.onnx'), model)).rejects.toThrow('already something');
  expect(readdirSync(out())).toEqual(['m.onnx']);
});
