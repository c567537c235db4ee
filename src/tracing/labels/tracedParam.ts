import type { Label } from './label';

/** A parameter after a trace, with its label. */
export interface TracedParam {
  readonly name: string;
  readonly label: Label;
  /** True if the forward pass uses it. */
  readonly used: boolean;
}
