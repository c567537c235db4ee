import type { Digits, PlainNetwork } from '../protocol';
import type { Desk } from './desk';
import type { Engine } from './engine';
import type { Settings } from './settings';

/** The networks that there are so far. They live on the page, whatever becomes of the worker. */
interface Networks {
  a: PlainNetwork;
  b: PlainNetwork;
  /** B with its units in the order of A's. */
  alignedB?: PlainNetwork;
}

/** What the parts of the page share. */
export interface Session {
  readonly settings: Settings;
  readonly engine: Engine;
  readonly desk: Desk;
  readonly digits: Digits;
  /** Null until A and B are trained. */
  networks: Networks | null;
  /** Whether a backend has started. */
  isReady: boolean;
}
