import { weightMatch } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../../support/backend';
import { network, spec } from '../../support/planted';

await useBackend('cpu');

describe('100 000 restarts', () => {
  it('begin one after another: the first can be stopped in a second', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const before = process.memoryUsage().heapUsed;
    let most = 0;
    const onProgress = () => {
      most = Math.max(most, process.memoryUsage().heapUsed - before);
      controller.abort(reason);
    };
    const { signal } = controller;
    const match = weightMatch(spec, network(1), network(2), {
      ...{ restarts: 100_000, signal, onProgress },
    });
    await expect(match).rejects.toBe(reason);
    expect(most).toBeLessThan(200e6);
  });

  it('start where fewer restarts start', async () => {
    const [a, b] = [network(1), network(2)];
    const few = await weightMatch(spec, a, b, { restarts: 3, start: 'identity' });
    const more = await weightMatch(spec, a, b, { restarts: 5, start: 'identity' });
    expect(more.runs.slice(0, 3)).toEqual(few.runs);
  });
});
