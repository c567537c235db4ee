import { expect, it } from 'vitest';
import { roundingUnit } from '../../../src/tracing/verification/roundingUnit';
import { useBackend } from '../../support/backend';
import { expectNoLeak } from '../../support/invariants';

it.each(['cpu', 'wasm'] as const)(
  'is that of float32 on %s, and nothing is leaked',
  async (backend) => {
    await useBackend(backend);
    let unit = 0;
    await expectNoLeak(async () => {
      unit = await roundingUnit();
    });
    expect(unit).toBe(2 ** -23);
    await useBackend('cpu');
  },
);
