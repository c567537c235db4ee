export { createDeviceYieldPoint, currentDevice, unlessLost } from './createDeviceYieldPoint';
export { createYieldPoint, type LongWorkOptions } from './createYieldPoint';
export { assertSeed, type RandomSource, randomSource } from './randomSource';
export { assertWithinReach, read, readAndDispose } from './read';
export { wasmLoader } from './wasmLoader';
