import { freemem } from 'node:os';
import { shown } from '../../checks';
import { invalid } from '../../errors';

/** Bytes of memory that the process can use without swapping, within the limit of the process. */
export function freeMemory(): number {
  return process.availableMemory?.() ?? freemem();
}

/** Throws unless the option `memory` is a number of bytes. */
export function assertMemory(memory: number): void {
  if (typeof memory === 'number' && memory >= 0) return;
  throw invalid(`memory must be ≥ 0, received ${shown(memory)}`, 'Pass a number of bytes', {
    param: 'memory',
    received: memory,
  });
}
