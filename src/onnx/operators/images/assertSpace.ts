import { type Call, unsupported } from '../operator';

/** Throws unless an image of this rank has 1 to 3 spatial axes. */
export function assertSpace(call: Call, rank: number): void {
  if (rank >= 3 && rank <= 5) return;
  throw unsupported(
    call,
    `an input of ${rank} axes`,
    'Export it with an input [batch, channels, …] of 1 to 3 spatial axes',
  );
}
