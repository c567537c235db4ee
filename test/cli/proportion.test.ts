import { describe, expect, it } from 'vitest';
import { parsePreset } from '../../src/cli/parsePreset';
import { recognisedSpec } from '../../src/cli/recognisedSpec';

type Listing = Parameters<typeof recognisedSpec>[0][number];

const listing = (names: readonly string[]): Listing => ({
  path: 'network.safetensors',
  format: 'safetensors',
  config: null,
  files: [],
  stored: names,
  shapes: Object.fromEntries(names.map((name) => [name, [1]])),
});

describe('presets', () => {
  it.each(['mlp:99999999', `mlp:${'9'.repeat(400)}`, 'vgg:1000000000', 'resnet:1,1000000000'])(
    'a preset of more layers than a network has is refused: %s',
    (text) => {
      expect(() => parsePreset(text)).toThrow(`the preset '${text}': `);
      expect(() => parsePreset(text)).toThrow(/10000/);
    },
  );
});

describe('a part of a network is recognised', () => {
  it.each<[string, string[]]>([
    ['one name of 50 000 words', [`${'a.'.repeat(50_000)}w`]],
    ['names that share 1000 words', Array.from({ length: 100 }, (_, i) => 'a.'.repeat(1000) + i)],
  ])('in time in proportion to the names: %s', { timeout: 10_000 }, (_, names) => {
    expect(() => recognisedSpec([listing(names)])).toThrow(/no architecture fits/);
  });
});
