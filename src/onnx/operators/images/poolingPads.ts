import { reachOf, type SpatialPads, type Window } from './window';

/**
 * The padding of each spatial axis that a pooling needs. With `ceil_mode` the last window may reach past the padding
 * behind; it starts in the image or in the padding before it.
 */
export function poolingPads(
  space: readonly number[],
  window: Window,
  isCeiled: boolean,
): SpatialPads {
  const reach = reachOf(window);
  return window.pads.map(([before, behind], axis) => {
    const stride = window.strides[axis];
    const steps = (space[axis] + before + behind - reach[axis]) / stride;
    const last = (isCeiled ? Math.ceil(steps) : Math.floor(steps)) * stride;
    const start = isCeiled && last >= space[axis] + before ? last - stride : last;
    return [before, Math.max(0, start + reach[axis] - space[axis] - before)];
  });
}
