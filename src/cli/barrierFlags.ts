import type { TestLoss } from '../node/internal';
import type { DataFlags } from './dataFlags';
import type { WeightFlags } from './matchByFlags';
import type { OutputOptions } from './session';

/** The options of `barrier`. */
export interface BarrierFlags extends WeightFlags, DataFlags, OutputOptions {
  readonly data: string;
  readonly spec?: string;
  readonly output?: string;
  readonly plot?: string;
  readonly force?: boolean;
  readonly points?: number;
  readonly metric?: 'loss' | 'error';
  readonly loss?: TestLoss;
  readonly permutations?: string;
  readonly repair?: boolean;
}
