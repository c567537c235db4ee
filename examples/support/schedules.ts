/** A learning rate as a function of the step, counted from 0. */
export type Schedule = (step: number) => number;

/** Half a cosine, from `rate` at step 0 to 0 at step `steps`. */
export function halfCosine(rate: number, steps: number): Schedule {
  return (step) => (rate / 2) * (1 + Math.cos((Math.PI * step) / steps));
}
