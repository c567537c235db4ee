import { describe, expect, it } from 'vitest';
import { inFlags, prefixFlag, problemInFlags } from '../../src/cli/flags';

describe('remedies in the words of the command', () => {
  it.each([
    ['Choose another path, or pass overwrite: true', 'Choose another path, or pass --force'],
    [
      'Pass anyWeights: true to take negative weights',
      'Pass --any-weights to take negative weights',
    ],
    ["Pass the key of one, such as key: 'ema'", 'Pass the key of one, such as --key ema'],
    ["Pass embeddings: 'overlap'", 'Pass --embeddings overlap'],
    ["Rename it, or pass unshared: 'first'", 'Rename it, or leave out --strict'],
    ["Use a spec with { unlisted: 'fixed' }", 'Use a spec with --allow-unlisted'],
    ["Pass { integers: 'first' }", "Pass { integers: 'first' }"],
    [
      'Pass inputShape, the shape without the batch',
      'Pass --input-shape, the shape without the batch',
    ],
    [
      'Export the model without it, or pass outputs, the names of values before it',
      'Export the model without it',
    ],
    ['Class numbers are for classificationEvaluator', 'Class numbers are for --loss crossEntropy'],
    ['Write it with serializeSpec', "Write it with 'perm-lmc spec'"],
    ['Write them with serializePermutations', "Write them with 'perm-lmc align'"],
    [
      'Start from identityPermutations(spec, params) to leave a group as it is',
      'Start from the list 0, 1, 2, … of its units to leave a group as it is',
    ],
  ])('%s', (remedy, words) => expect(inFlags(remedy)).toBe(words));

  it('quotes a prefix for a shell where it has to', () => {
    expect(prefixFlag({ from: 'module.', to: '' })).toBe('--rename-prefix module.=');
    expect(prefixFlag({ from: 'a b.', to: "it's." })).toBe(`--rename-prefix 'a b.=it'\\''s.'`);
  });
});

describe('problems in the words of the command', () => {
  it.each([
    ['restarts must be an integer', 'restarts', '--restarts must be an integer'],
    ['count must be an integer', 'count', '--threads must be an integer'],
    ["parameter 'scale' has 2 axes", 'scale', "parameter 'scale' has 2 axes"], // a tensor with the name of an option
    ['seeds differ', 'seed', 'seeds differ'],
    ['layers must be an integer', 'layers', 'layers must be an integer'],
    ['the file is damaged', undefined, 'the file is damaged'],
  ])('%s', (problem, param, words) => expect(problemInFlags(problem, param)).toBe(words));
});
