/** The page's words about files, here in Node. */
import { describe, expect, it } from 'vitest';
import { fileKind } from '../../../examples/browser/page/fileKind';
import { assertFits } from '../../../examples/browser/page/fileLimits';
import { mergeCommand } from '../../../examples/browser/page/mergeCommand';
import { visible } from '../../../examples/browser/page/visible';

describe('text on the page', () => {
  it('shows characters that are hidden, as errors of the library do', () => {
    expect(visible('ü, 漢字, \u05d0, 👍')).toBe('ü, 漢字, \u05d0, 👍');
    expect(visible('\u001b[2J\u202egnp.\u200b')).toBe('\\u{1b}[2J\\u{202e}gnp.\\u{200b}');
  });

  it('is cut in its middle if it is long, so that a name of a million characters ends', () => {
    expect(visible('x'.repeat(2000))).toBe('x'.repeat(2000));
    expect(visible(`a${'x'.repeat(1e6)}z`)).toBe(`a${'x'.repeat(999)}…${'x'.repeat(998)}z`);
  });
});

describe('the command for files', () => {
  it.each([
    [['a.safetensors', 'b.safetensors'], null, 'a.safetensors b.safetensors -o merged.safetensors'],
    [
      ['a.safetensors'],
      'my.json',
      'a.safetensors other.safetensors --spec my.json -o merged.safetensors',
    ],
    [['a.onnx', 'b.onnx'], 'my.json', 'a.onnx b.onnx -o merged.onnx'],
    [["it's; $(rm) .pt"], null, "'it'\\''s; $(rm) .pt' other.pt -o merged.safetensors"],
    [['-o.npz', 'b.npz'], null, './-o.npz b.npz -o merged.safetensors'],
    [
      ['m.safetensors.index.json'],
      null,
      'm.safetensors.index.json other.safetensors.index.json -o merged.safetensors',
    ],
  ])('of %j with the spec %s', (names, spec, words) => {
    expect(mergeCommand(names, spec)).toBe(`npx perm-lmc merge ${words}`);
  });

  it('is in the remedy for a format that the page does not read, with the files of that format', () => {
    const names = ['a.pt', 'notes.txt', 'b.pt'];
    expect(() => fileKind('a.pt', names)).toThrow(
      "'a.pt' cannot be read here. Save it again with save_file of the Python package safetensors, or use the command: npx perm-lmc merge a.pt b.pt -o merged.safetensors",
    );
    expect(() => fileKind('notes.txt', names)).toThrow(
      /^'notes.txt' cannot .* specs are \.json files\.$/,
    );
  });
});

describe('a network that the page can hold', () => {
  /** A network's file of this size without its content. */
  const network = (size: number, values?: number) => ({
    file: { name: 'a.safetensors', size } as File,
    beside: [],
    ...(values === undefined ? {} : { summary: { names: [], values } }),
  });

  it('has 400 MB with WebAssembly and 2 GB in a browser', () => {
    for (const [size, backend] of [
      [4e8, 'wasm'],
      [2e9, 'cpu'],
      [2e9, 'webgl'],
      [2e9, 'webgpu'],
    ] as const) {
      assertFits(network(size), backend, '');
      expect(() => assertFits(network(size + 1), backend, ''), backend).toThrow(
        "'a.safetensors' has",
      );
    }
  });

  it('is measured with the files beside it', () => {
    const { file } = network(3e8);
    expect(() => assertFits({ file, beside: [file] }, 'wasm', '')).toThrow('has 600 MB');
  });

  it('is measured by its values as 32-bit numbers, once they are counted', () => {
    assertFits(network(3e8, 7.5e7), 'wasm', '');
    expect(() => assertFits(network(3e8, 1.5e8), 'wasm', 'LINE')).toThrow(
      "'a.safetensors' has 600 MB, and with WebAssembly this page merges networks of up to 400 MB. Compute with plain JavaScript, or use the command: LINE",
    );
    expect(() => assertFits(network(1.5e9, 7.5e8), 'cpu', 'LINE')).toThrow(
      "'a.safetensors' has 3 GB, and in a browser this page merges networks of up to 2 GB. Use the command: LINE",
    );
  });
});
