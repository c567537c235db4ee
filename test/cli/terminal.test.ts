import { mkdirSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textStream } from '../../src/cli/textStream';
import { fileOf, fileOfNames } from '../io/safetensorsBytes';
import { fixture, temporaryFolder } from './checkpoints';
import { type Outcome, run } from './session';

const at = temporaryFolder();

/** Characters that control a terminal, turn text around, are invisible, or begin a line. */
const HOSTILE: readonly [string, string, string][] = [
  ['a line end', '\n', '\\n'],
  ['a carriage return', '\r', '\\r'],
  ['a tab', '\t', '\\t'],
  ['ESC', '\x1b', '\\u{1b}'],
  ['DEL', '\x7f', '\\u{7f}'],
  ['the C1 control CSI', '\x9b', '\\u{9b}'],
  ['the C1 control OSC', '\x9d', '\\u{9d}'],
  ['a right-to-left override', '\u202e', '\\u{202e}'],
  ['a first strong isolate', '\u2068', '\\u{2068}'],
  ['a right-to-left mark', '\u200f', '\\u{200f}'],
  ['an Arabic letter mark', '\u061c', '\\u{61c}'],
  ['a line separator', '\u2028', '\\u{2028}'],
  ['a paragraph separator', '\u2029', '\\u{2029}'],
  ['a zero-width space', '\u200b', '\\u{200b}'],
  ['a byte-order mark', '\ufeff', '\\u{feff}'],
  ['a tag', '\u{e0041}', '\\u{e0041}'],
  ['a variation selector', '\ufe0f', '\\u{fe0f}'],
  ['a Hangul filler', '\u3164', '\\u{3164}'],
  ['half of a pair', '\ud83d', '\\u{d83d}'],
];

/** All of them in one name. Half of a pair cannot be in a UTF-8 file. */
const name = `x${HOSTILE.slice(0, -1)
  .map(([, char]) => char)
  .join('')}y`;

/** The characters that are never in an output as they are. */
const FORBIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{DI}]/u;

/** Expects an outcome without forbidden characters but line ends and the sequence that clears the line of progress. */
function expectHarmless({ out, err }: Outcome): void {
  for (const text of [out, err]) {
    expect(text.replaceAll('\r\x1b[K', '').replaceAll('\n', '')).not.toMatch(FORBIDDEN);
  }
}

/** A checkpoint of one tensor. */
function checkpoint(file: string, tensor: string, metadata: Record<string, string> = {}): string {
  const header = {
    __metadata__: metadata,
    [tensor]: { dtype: 'F32', shape: [1], data_offsets: [0, 4] },
  };
  writeFileSync(at(file), fileOf(header, [0, 0, 0, 0]));
  return at(file);
}

describe('on a terminal', () => {
  it.each(HOSTILE)('%s is shown by its code', async (_, char, shown) => {
    const { err } = await run(['inspect', 'a', `--x${char}y`], { isTTY: true });
    expect(err).toBe(`error: unknown option '--x${shown}y'\n`);
  });

  it('the name of a tensor forges no line of the command', async () => {
    const path = checkpoint('forged', 'a\nwrote merged.safetensors\r\x9b2J');
    const { out } = await run(['inspect', path], { isTTY: true });
    expect(out.split('\n').slice(1)).toEqual([
      '  a\\nwrote merged.safetensors\\r\\u{9b}2J  F32  [1]  4 B',
      '',
    ]);
  });

  it('other scripts and emoji are shown as they are, in columns as wide as they are', async () => {
    writeFileSync(at('scripts'), fileOfNames(['重み', 'e\u0301té', '🧠', 'plain']));
    const { out } = await run(['inspect', at('scripts')], { isTTY: true });
    // The columns that a terminal gives these names: 2 × 2, 3, 2 and 5.
    expect(out.split('\n').slice(1, 5)).toEqual([
      '  重み   U8  []  1 B',
      '  e\u0301té    U8  []  1 B',
      '  🧠     U8  []  1 B',
      '  plain  U8  []  1 B',
    ]);
  });
});

describe('no character controls the terminal', () => {
  const spec = () => {
    writeFileSync(
      at('hostile.json'),
      JSON.stringify({
        format: 'perm-lmc spec',
        version: 1,
        params: { [name]: 'h' },
      }),
    );
    return at('hostile.json');
  };
  const folder = () => {
    mkdirSync(at(`in\x9b\u202e`), { recursive: true });
    return `in\x9b\u202e`;
  };

  it.each<[string, () => string[]]>([
    ['in a table', () => ['inspect', checkpoint('t', name, { [name]: name })]],
    ['in JSON', () => ['inspect', checkpoint('j', name, { [name]: name }), '--json']],
    ['in a spec', () => ['spec', spec()]],
    ['in a spec with a checkpoint', () => ['spec', spec(), checkpoint('s\n\x9b', name)]],
    ['in an error about a file', () => ['spec', 'mlp:2', checkpoint('e', name)]],
    ['in the path of an output', () => ['spec', 'mlp:2', '-o', `${at(folder())}/no${name}/x`]],
    ['in an unknown command', () => [name]],
    ['in an unknown option', () => ['align', 'a', 'b', `--${name}`]],
    ['in the value of an option', () => ['align', 'a', 'b', '--restarts', name]],
    ['in a choice', () => ['align', 'a', 'b', '--kernel', name]],
    [
      'in a preset',
      () => ['align', fixture('mlp64_A'), fixture('mlp64_B'), '--spec', name, '--json'],
    ],
    ['in a prefix', () => ['inspect', `--rename-prefix=${name}`]],
  ])('%s', async (_, words) => {
    for (const isTTY of [true, false]) {
      const outcome = await run(words(), { isTTY });
      expect(`${outcome.out}${outcome.err}`).toMatch(/\\(n|u\{a\}|u000a)/);
      expectHarmless(outcome);
    }
  });

  it('in the question whether to replace a file', async () => {
    const path = at(`asked\x9b\u202e\nfile`);
    writeFileSync(path, 'precious');
    const outcome = await run(['spec', 'mlp:2', '-o', path], { isTTY: true, answer: 'n' });
    expect(outcome.code).toBe(3);
    expect(outcome.err).toContain("asked\\u{9b}\\u{202e}\\nfile' exists. Replace it? [y/N] ");
    expectHarmless(outcome);
  });
});

describe('JSON', () => {
  it('has the values that were read, with escapes for hidden characters', async () => {
    const path = checkpoint('values', name, { key: name });
    const { out } = await run(['inspect', path]);
    const { tensors, metadata } = JSON.parse(out);
    expect([tensors[0].name, metadata.key]).toEqual([name, name]);
    expect(out).toContain('\\u009b\\u009d\\u202e\\u2068');
    expect(out).toContain('\\udb40\\udc41');
  });

  it('is not shortened', async () => {
    const long = 'n'.repeat(50_000);
    const { out } = await run(['inspect', checkpoint('long', long)]);
    expect(JSON.parse(out).tensors[0].name).toBe(long);
  });
});

describe('for any text', () => {
  /** Text of characters of all planes, among which hidden ones are frequent. */
  const unit = fc.oneof(
    fc.constantFrom(...HOSTILE.map(([, char]) => char)),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 3 }),
  );
  const text = fc.array(unit, { maxLength: 30 }).map((parts) => parts.join(''));

  it('a line shows no hidden character, and is one line', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 40 }), (line, most) => {
        let shown = '';
        const stream = textStream({ columns: 20, write: (each) => (shown += each) }, most);
        stream.show([line]);
        expect(shown.endsWith('\n')).toBe(true);
        expect(shown.slice(0, -1)).not.toMatch(FORBIDDEN);
        expect(shown.length).toBeLessThanOrEqual(most + 1);
        shown = '';
        stream.rewrite(line);
        expect(shown.slice('\r\x1b[K'.length)).not.toMatch(FORBIDDEN);
      }),
    );
  });

  it('JSON has its value, and shows no hidden character', () => {
    fc.assert(
      fc.property(fc.dictionary(text, text), (value) => {
        let shown = '';
        textStream({ write: (each) => (shown += each) }, 1).showJson(JSON.stringify(value));
        expect(JSON.parse(shown)).toEqual({ ...value });
        expect(shown.slice(0, -1)).not.toMatch(FORBIDDEN);
      }),
    );
  });
});

describe('lengths on a terminal', () => {
  it('a name of a million characters leaves a table of usual width', async () => {
    writeFileSync(at('million'), fileOfNames([`start${'n'.repeat(1e6)}end`, 'weight']));
    const { out } = await run(['inspect', at('million')], { isTTY: true });
    const [, long, short] = out.split('\n');
    expect(long).toMatch(/^ {2}startn{50,}…n{50,}end {2}U8 {2}\[\] {2}1 B$/);
    expect([long.length, short.length]).toEqual([2 + 200 + 2 + 2 + 2 + 2 + 2 + 3, long.length]);
  });

  it('a spec with such a name is shown in lines of at most 10 000 characters', async () => {
    const long = 'n'.repeat(1e5);
    const params = { [long]: '_ h', ...Object.fromEntries(['a', 'b'].map((p) => [p, 'h'])) };
    const text = { format: 'perm-lmc spec', version: 1, params };
    writeFileSync(at('long.json'), JSON.stringify(text));
    const words = ['spec', at('long.json'), '-o', at('out.json'), '--force'];
    const { out, code } = await run(words, { isTTY: true });
    expect(code).toBe(0);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBe(10_000);
    expect(out.length).toBeLessThan(15_000);
  });

  it('a message has at most 2000 characters, of which the last are the remedy', async () => {
    const { err } = await run(['align', 'a', 'b', `--${'x\x9b'.repeat(1e5)}`], { isTTY: true });
    expect(err).toHaveLength(2001);
    expect(err).toMatch(/^error: unknown option '--x\\u\{9b\}x.*….*\\u\{9b\}'\n$/);
    const path = 'p'.repeat(3000);
    const { err: gone } = await run(['spec', path]);
    expect(gone.length).toBeLessThanOrEqual(2001);
  });

  it('20 000 tensors are a table of as many lines', async () => {
    writeFileSync(at('many'), fileOfNames(Array.from({ length: 20_000 }, (_, i) => `t${i}`)));
    const { out, code } = await run(['inspect', at('many')], { isTTY: true });
    expect(code).toBe(0);
    expect(out.split('\n')).toHaveLength(20_000 + 2);
  });

  it('help is as wide as the terminal', async () => {
    const widest = async (columns: number) => {
      const { out } = await run(['align', '--help'], { isTTY: true, columns });
      return Math.max(...out.split('\n').map((line) => line.length));
    };
    expect(await widest(120)).toBeGreaterThan(100);
    expect(await widest(120)).toBeLessThanOrEqual(120);
    expect(await widest(70)).toBeLessThanOrEqual(70);
  });

  it('progress fits the width of the terminal, also with wide characters', async () => {
    const path = checkpoint('wide', '重'.repeat(500));
    const { err } = await run(['inspect', path, '--values'], { isTTY: true });
    const [, shown] = err.split('\r\x1b[K');
    expect(shown).toBe(`reading 1/1  ${'重'.repeat(32)}…`);
  });
});

describe('an unexpected error with --debug', () => {
  it('shows a message with line ends as one line, before the stack', async () => {
    const { stackLines } = await import('../../src/cli/stackLines');
    const [head, ...frames] = stackLines(new Error('first\nwrote x\n    at forged (y)'));
    expect(head).toBe('Error: first\nwrote x\n    at forged (y)');
    expect(frames[0]).toMatch(/^ {4}at .*terminal\.test/);
  });
});
