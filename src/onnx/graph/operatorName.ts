import type { GraphStep } from './flatGraph';

/** The name of a step's operator in the table: `Conv`, or `com.microsoft.FusedConv`. */
export function operatorName({ op, domain }: Pick<GraphStep, 'op' | 'domain'>): string {
  return domain === '' ? op : `${domain}.${op}`;
}
