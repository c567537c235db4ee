/** A learning rate as a function of the step, counted from 0. */
export type Schedule = (step: number) => number;

/** Half a cosine, from `rate` at step 0 to 0 at step `steps`. */
export function halfCosine(rate: number, steps: number): Schedule {
  return (step) => (rate / 2) * (1 + Math.cos((Math.PI * step) / steps));
}

/**
 * A linear rise to `rate` over the first w steps, then half a cosine to 0 at step `steps`:
 *
 *     rate·(step + 1)/w for step < w      rate/2·(1 + cos(π·(step − w)/(steps − w))) after it
 */
export function warmUpCosine(rate: number, warmUpSteps: number, steps: number): Schedule {
  const fall = halfCosine(rate, steps - warmUpSteps);
  return (step) =>
    step < warmUpSteps ? (rate * (step + 1)) / warmUpSteps : fall(step - warmUpSteps);
}
