import type { BackendName, Digits, PhotographSet, PlainNetwork } from '../protocol';
import type { Desk } from './desk';
import type { Engine } from './engine';
import type { Settings } from './settings';

/** Two networks. The page holds them, so they survive the worker. */
export interface Networks {
  a: PlainNetwork;
  b: PlainNetwork;
  /** B with its units in the order of A's. */
  alignedB?: PlainNetwork;
}

/** The state that the parts of the page share. */
export interface Session {
  readonly settings: Settings;
  readonly engine: Engine;
  readonly desk: Desk;
  readonly digits: Digits;
  /** Null until the visitor loads them. */
  photographs: PhotographSet | null;
  /** Null until A and B are trained. */
  networks: Networks | null;
  /** The backend that computes; null while none has started. */
  backend: BackendName | null;
  /** True while a backend computes. */
  readonly isReady: boolean;
}
