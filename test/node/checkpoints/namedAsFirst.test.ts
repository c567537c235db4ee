import { describe, expect, it } from 'vitest';
import { namedAsFirst } from '../../../src/node/checkpoints/namedAsFirst';

const mapOf = (...names: string[]) => new Map(names.map((name) => [name, `${name} here`]));

describe('namedAsFirst', () => {
  it('takes old names of layer normalisations for present ones, and the reverse', () => {
    const [old, present] = [mapOf('LayerNorm.gamma'), mapOf('LayerNorm.weight')];
    expect([...namedAsFirst(old, present)]).toEqual([['LayerNorm.gamma', 'LayerNorm.weight here']]);
    expect([...namedAsFirst(present, old)]).toEqual([['LayerNorm.weight', 'LayerNorm.gamma here']]);
  });

  it.each([
    ['the first has neither', mapOf(), mapOf('LayerNorm.beta')],
    ['the first has both', mapOf('LayerNorm.beta', 'LayerNorm.bias'), mapOf('LayerNorm.beta')],
    ['the checkpoint has both', mapOf('LayerNorm.bias'), mapOf('LayerNorm.beta', 'LayerNorm.bias')],
    ['it is no layer normalisation', mapOf('block.weight'), mapOf('block.gamma')],
  ])('changes nothing where %s', (_, first, own) => {
    expect([...namedAsFirst(first, own)]).toEqual([...own]);
  });
});
