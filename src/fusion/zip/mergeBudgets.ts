import { invalid } from '../../errors';

/** The units that a group has in each network, and the limits of their merges. */
export interface MergeLimits {
  /** The group's name, for messages. */
  readonly group: string;
  /** [networks]: the number of units in each. */
  readonly units: readonly number[];
  /** N, the number of clusters to reach. */
  readonly size: number;
  /** 0: a merged cluster merges no more. */
  readonly alpha: number;
  /** The part of a network's share of all merges that may be within it. */
  readonly beta: number;
}

/** The most merges within each network: ⌊β·(Σn − N)/networks⌋, [networks]. */
export function mergeBudgets({ units, size, beta }: MergeLimits): number[] {
  const removed = sumOf(units) - size;
  // A product that rounding has put just below an integer is that integer.
  const budget = Math.floor((beta * removed) / units.length + 1e-9);
  return units.map(() => budget);
}

/**
 * The most merges of single units where each merges once: within network X at most budgets[X], across networks any
 * number.
 */
export function mostPairs(singles: readonly number[], budgets: readonly number[]): number {
  const all = sumOf(singles);
  const largest = singles.indexOf(Math.max(...singles));
  const others = all - singles[largest];
  if (singles[largest] <= others) return Math.floor(all / 2);
  return others + Math.min(budgets[largest], Math.floor((singles[largest] - others) / 2));
}

/**
 * Throws unless N clusters can be reached. For three networks or more with α > 0 the condition is necessary, but not
 * sufficient.
 */
export function assertReachable(limits: MergeLimits): void {
  const { group, units, size, alpha, beta } = limits;
  const all = sumOf(units);
  if (size > all) {
    throw invalid(
      `${size} units are asked for in group '${group}', and the networks have ${all} together`,
      `Ask for at most ${all}, by sizes or a smaller ratio`,
      { param: 'sizes', received: size },
    );
  }
  if (isReachable(limits)) return;
  let least = size;
  while (!isReachable({ ...limits, size: least })) least++;
  const limit = alpha === 0 ? `α = 0 and β = ${beta}` : `β = ${beta}`;
  const remedies = [
    ...(alpha === 0 ? ['pass a greater alpha, with which merged units merge again'] : []),
    ...(beta < 1 ? ['pass a greater beta, up to 1'] : []),
    `ask for ${least} units or more`,
  ].join(', or ');
  throw invalid(
    `${size} units of group '${group}' cannot be reached from [${units}] with ${limit}`,
    remedies[0].toUpperCase() + remedies.slice(1),
    { param: 'sizes', received: size },
  );
}

/** True if merges within the budgets can leave N clusters. */
function isReachable(limits: MergeLimits): boolean {
  const { units, size, alpha } = limits;
  const budgets = mergeBudgets(limits);
  if (alpha === 0) return sumOf(units) - mostPairs(units, budgets) <= size;
  // A merge across networks leaves the units of each apart.
  return size >= 1 && units.every((count, network) => count - budgets[network] <= size);
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
