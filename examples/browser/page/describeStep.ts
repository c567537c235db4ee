import type { MatchStep } from '../protocol';

/** The groups that a step of weight matching solved: one, called a `kind`, or all at once. */
export function describeStep({ step, sweep, group }: MatchStep, kind: string): string {
  return group === null ? `step ${step}, all ${kind}s` : `sweep ${sweep}, ${kind} ${group}`;
}
