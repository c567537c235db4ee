import type { FixedReason } from '../../symmetry';

/** The reasons for the fixed axes of parameters that belong to relative positions. */
export function relativePositions(names: readonly string[]): FixedReason[] {
  return names.flatMap((param): FixedReason[] => {
    if (param.endsWith('.relative_position_bias_table')) {
      return [{ param, axis: 0, why: 'it runs along relative positions' }];
    }
    if (param.endsWith('.cpb_mlp.0.weight')) {
      return [{ param, axis: 1, why: 'it meets the coordinates of relative positions' }];
    }
    return [];
  });
}
