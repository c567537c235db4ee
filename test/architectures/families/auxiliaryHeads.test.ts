import { expect, it } from 'vitest';
import { recogniseShapes } from '../../../src/architectures/internal';
import { fixtureShapes } from '../../support/architectures/fixtureShapes';
import { useBackend } from '../../support/backend';

await useBackend('wasm');

it.each([
  ['googlenet', /^aux\d\./],
  ['inception_v3', /^AuxLogits\./],
])('%s is recognised without its auxiliary heads', async (fixture, head) => {
  const shapes = Object.entries(await fixtureShapes(fixture));
  const others = shapes.filter(([name]) => !head.test(name));
  expect(others.length).toBeLessThan(shapes.length);
  const { found } = recogniseShapes({ shapes: Object.fromEntries(others), config: null });
  expect(found.map(({ name }) => name)).toEqual([fixture]);
});
