import { invalid } from '../errors';
import type { AxisSpec } from './axisSpec';
import { formatAxis } from './formatPattern';

/** The most axes of a parameter: as many as a tensor of PyTorch or NumPy may have. */
const MOST_AXES = 64;

/** The most factors of a product, in all of its levels. */
const MOST_FACTORS = 32;

/** The most digits of all cells of an axis: each takes memory. */
const MOST_DIGITS = 100_000;

/** The numbers of cells and digits that an axis is divided into. */
interface Expansion {
  readonly cells: number;
  /** The digits of all cells. */
  readonly digits: number;
  /** The digits of the cell that has the most. */
  readonly factors: number;
}

/** Throws if a parameter has too many axes, or one of them would be divided into too many digits. */
export function assertExpansions(param: string, axes: readonly AxisSpec[]): void {
  if (axes.length > MOST_AXES) {
    throw invalid(
      `parameter '${param}' has ${axes.length} axes, more than ${MOST_AXES}`,
      'Reshape the parameter',
      { param, received: axes.length },
    );
  }
  axes.forEach((axis, at) => {
    assertExpansion(param, [axis], [at]);
  });
}

/** Throws if axes that are treated as one would be divided into too many digits. */
export function assertExpansion(
  param: string,
  axes: readonly AxisSpec[],
  numbers: readonly number[],
): void {
  const { cells, digits, factors } = product(axes.map(expansionOf));
  if (cells <= MOST_DIGITS && digits <= MOST_DIGITS && factors <= MOST_FACTORS) return;
  const [axis] = numbers;
  const pattern = axes.map(formatAxis).join(' ');
  throw invalid(
    `'${param}' axis ${numbers.join(' and ')}: the pattern '${pattern}' ${
      factors > MOST_FACTORS
        ? `has a product of ${factors} factors, more than ${MOST_FACTORS}`
        : `stands for ${cells} concatenated parts, in all more than ${MOST_DIGITS} factors`
    }`,
    'Write products of fewer factors, and concatenations outside products',
    { param, axis, received: pattern },
  );
}

function expansionOf(axis: AxisSpec): Expansion {
  if (axis.kind === 'product') return product(axis.factors.map(expansionOf));
  if (axis.kind === 'concat') return sum(axis.segments.map(expansionOf));
  return { cells: 1, digits: 1, factors: 1 };
}

/** Each cell of a product is a combination of cells of its factors, and has the digits of all of them. */
function product(parts: readonly Expansion[]): Expansion {
  const cells = parts.reduce((all, each) => all * each.cells, 1);
  return {
    cells,
    digits: parts.reduce((all, each) => all + (cells / each.cells) * each.digits, 0),
    factors: parts.reduce((all, each) => all + each.factors, 0),
  };
}

function sum(parts: readonly Expansion[]): Expansion {
  return {
    cells: parts.reduce((all, each) => all + each.cells, 0),
    digits: parts.reduce((all, each) => all + each.digits, 0),
    factors: parts.reduce((most, each) => Math.max(most, each.factors), 0),
  };
}
