import type { WidenFill } from './widenFill';

/** The settings of new units. */
export interface WideningSettings {
  readonly fill: WidenFill;
  /** The scale of dot products in the forward function: by the size of the group, or fixed; null if it is not known. */
  readonly dotProducts: 'scaled' | 'fixed' | null;
  /** The groups whose norms the caller gives another ε. */
  readonly rescaled: ReadonlySet<string>;
}
