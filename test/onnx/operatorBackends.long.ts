import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { forbidSyncReads } from '../support/forbidSyncReads';
import { operatorBackends } from '../support/onnx/operatorBackends';
import { canRun, start } from '../support/platform/backends';

const backend = 'webgpu';
operatorBackends.splice(0, operatorBackends.length, backend);

/** Tests of operators that run on each backend. The others choose a backend themselves. */
const files = import.meta.glob([
  './operators/**/*.test.ts',
  '!./operators/{attentionGroups,freeChannels,operators}.test.ts',
]);

if (canRun(backend)) {
  let allowSyncReads = () => {};
  beforeAll(async () => {
    await start(backend);
    // Kernels for small tensors would run on the processor.
    tf.env().set('WEBGPU_CPU_FORWARD', false);
    allowSyncReads = forbidSyncReads();
  });
  afterAll(() => allowSyncReads());
  for (const [path, load] of Object.entries(files)) {
    describe(path, async () => {
      await load();
    });
  }
} else {
  it.skip(`operators on ${backend}`);
}
