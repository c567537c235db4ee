import { invalid } from '../../../errors';

/** The labels of the axes of an einsum's operands and of its result. */
export interface Equation {
  readonly operands: readonly (readonly string[])[];
  readonly result: readonly string[];
}

/**
 * Reads the equation of an einsum, such as `bij,bjk->bik` or `...ij,jk`. The axes of an ellipsis get the labels
 * `.1`, `.2`, … from the last to the first.
 *
 * @param ranks - The ranks of the operands.
 */
export function parseEquation(text: string, ranks: readonly number[]): Equation {
  const [left, right, ...more] = text.replace(/\s/g, '').split('->');
  const terms = left.split(',');
  if (more.length > 0 || terms.length !== ranks.length) throw unreadable(text, ranks);
  const operands = terms.map((term, i) => labelsOf(term, ranks[i], text, ranks));
  const hidden = longest(operands.map((labels) => labels.filter(isOfEllipsis)));
  const result = right === undefined ? impliedResult(operands, hidden) : namedResult(right, hidden);
  const known = new Set([...operands.flat(), ...hidden]);
  const isSound =
    result.every((label) => known.has(label)) && new Set(result).size === result.length;
  if (!isSound) throw unreadable(text, ranks);
  return { operands, result };
}

const isOfEllipsis = (label: string) => label.startsWith('.');

function labelsOf(term: string, rank: number, text: string, ranks: readonly number[]): string[] {
  const parts = term.split('...');
  const letters = parts.join('');
  const open = rank - letters.length;
  const isSound =
    parts.length <= 2 &&
    /^[A-Za-z]*$/.test(letters) &&
    (parts.length === 2 ? open >= 0 : open === 0);
  if (!isSound) throw unreadable(text, ranks);
  const ellipsis = parts.length === 2 ? ellipsisLabels(open) : [];
  return [...parts[0], ...ellipsis, ...(parts[1] ?? '')];
}

/** The labels of an ellipsis, which are aligned at the last axis. */
function ellipsisLabels(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `.${count - i}`);
}

function longest(lists: readonly (readonly string[])[]): readonly string[] {
  return lists.reduce((most, each) => (each.length > most.length ? each : most));
}

/** The axes of the ellipsis, and the letters that appear once in the order of the alphabet. */
function impliedResult(operands: readonly (readonly string[])[], hidden: readonly string[]) {
  const all = operands.flat().filter((label) => !isOfEllipsis(label));
  const once = all.filter((label) => all.indexOf(label) === all.lastIndexOf(label));
  return [...hidden, ...once.sort()];
}

function namedResult(term: string, hidden: readonly string[]): string[] {
  const [first, second] = term.split('...');
  return second === undefined ? [...first] : [...first, ...hidden, ...second];
}

function unreadable(text: string, ranks: readonly number[]) {
  return invalid(
    `equation '${text}' does not fit operands of rank ${ranks.join(', ')}`,
    'Export the model again',
    { param: 'equation', received: text },
  );
}
