import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { elements, fileOf } from '../io/safetensorsBytes';
import { fixture, temporaryFolder } from './checkpoints';
import { run } from './session';

const at = temporaryFolder();

/** A file with 3 floats, an integer and a text that would clear the screen. */
function small(name: string, floats: readonly number[]): string {
  const bytes = elements(3, 4, (view, offset, i) => view.setFloat32(offset, floats[i], true));
  const header = {
    __metadata__: { note: 'two\nlines \x1b[2J' },
    weight: { dtype: 'F32', shape: [1, 3], data_offsets: [0, 12] },
    count: { dtype: 'U8', shape: [], data_offsets: [12, 13] },
  };
  writeFileSync(at(name), fileOf(header, [...bytes, 7]));
  return at(name);
}

describe('perm-lmc inspect', () => {
  it('tells people in a table, and controls no terminal', async () => {
    const path = small('table', [1, -2.5, 0]);
    const { out } = await run(['inspect', path, '--values'], { isTTY: true });
    expect(out.split('\n')).toEqual([
      `${path}: 2 tensors, 4 parameters, 13 B`,
      '  weight  F32  [1,3]  12 B  -2.500 … 1.000',
      '  count   U8   []     1 B',
      'metadata note: two\\nlines \\u{1b}[2J',
      '',
    ]);
  });

  it('tells programs in JSON', async () => {
    const path = small('json', [1, 2, 3]);
    const { out, code } = await run(['inspect', path]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({
      command: 'inspect',
      file: path,
      format: 'safetensors',
      parameters: 4,
      bytes: 13,
      metadata: { note: 'two\nlines \x1b[2J' },
      tensors: [
        { name: 'weight', dtype: 'F32', shape: [1, 3], size: 3, bytes: 12 },
        { name: 'count', dtype: 'U8', shape: [], size: 1, bytes: 1 },
      ],
    });
  });

  it('ends with 2 if asked for values and one is not finite, having told all', async () => {
    const path = small('nan', [1, 2, Number.NaN]);
    expect((await run(['inspect', path])).code).toBe(0);
    const { code, out } = await run(['inspect', path, '--values'], { isTTY: true });
    expect(code).toBe(2);
    expect(out).toContain('1.000 … 2.000, 1 not finite, the first at flat index 2');
  });

  it('counts the parameters of a large file in units that people read', async () => {
    const { out } = await run(['inspect', fixture('mlp64_A')], { isTTY: true });
    expect(out.split('\n')[0]).toBe(`${fixture('mlp64_A')}: 6 tensors, 55050 parameters, 220 kB`);
  });
});

describe('what is no checkpoint', () => {
  it.each<[string, Uint8Array | string, string]>([
    ['a text', 'hello, I am no checkpoint', 'this is text'],
    ['an empty file', '', 'fewer than the 8'],
    [
      'a file cut short',
      fileOf({ x: { dtype: 'F32', shape: [9], data_offsets: [0, 36] } }, [1]),
      'truncated',
    ],
    [
      'overlapping tensors',
      fileOf(
        {
          x: { dtype: 'U8', shape: [2], data_offsets: [0, 2] },
          y: { dtype: 'U8', shape: [2], data_offsets: [1, 3] },
        },
        [1, 2, 3],
      ),
      'overlap',
    ],
    ['a name of a prototype', fileOf('{"__proto__": {}}'), '__proto__'],
    ['a key twice', fileOf('{"x": {}, "x": {}}'), 'twice'],
  ])('%s ends with 2, the path and no stack', async (_, bytes, message) => {
    const path = at('hostile.safetensors');
    writeFileSync(path, bytes);
    for (const words of [
      ['inspect', path],
      ['align', path, fixture('mlp64_B'), '--spec', 'mlp:3'],
      ['merge', fixture('mlp64_A'), path, '--spec', 'mlp:3', '-o', at('no')],
    ]) {
      const { code, out, err } = await run(words);
      expect([code, out]).toEqual([2, '']);
      expect(err).toContain(`perm-lmc: '${path}': `);
      expect(err).toContain(message);
      expect(err).not.toMatch(/\n\s+at /);
    }
  });

  it('a file that is not there ends with 2 and its path', async () => {
    const { code, err } = await run(['inspect', at('none')]);
    expect([code, err]).toEqual([
      2,
      `perm-lmc: there is no file '${at('none')}': check the path\n`,
    ]);
  });

  it('an index without its shard ends with 2 and the name of the shard', async () => {
    const path = at('model.safetensors.index.json');
    writeFileSync(path, '{"weight_map": {"x": "gone.safetensors"}}');
    const { code, err } = await run(['inspect', path]);
    expect(code).toBe(2);
    expect(err).toContain(`the shard '${at('gone.safetensors')}' is missing`);
  });
});
