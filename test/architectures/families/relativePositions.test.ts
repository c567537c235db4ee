import { explainSpec } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { recogniseShapes } from '../../../src/architectures/internal';
import { torchvisionShapes } from '../../support/architectures/torchvisionFixtures';

describe('relative positions', () => {
  it.each(['swin_t', 'swin_v2_t', 'maxvit_t'])('of %s are fixed, with the reason', (model) => {
    const [{ spec }] = recogniseShapes({ shapes: torchvisionShapes()[model], config: null }).found;
    expect(explainSpec(spec)).toMatch(/(runs along|meets the coordinates of) relative positions: /);
  });
});
