import type { AxisSpec, ParameterSpec } from './axisSpec';

/** The pattern of a parameter, the inverse of `parsePattern`. */
export function formatPattern({ axes, optional }: ParameterSpec): string {
  return [optional ? '?' : '', ...axes.map(formatAxis)].filter((item) => item !== '').join(' ');
}

/** The pattern item of one axis. Entries written out have no pattern item: they are shown in braces. */
export function formatAxis(axis: AxisSpec): string {
  switch (axis.kind) {
    case 'fixed':
      return axis.size === null ? '_' : `${axis.size}`;
    case 'group':
      return axis.within === undefined ? axis.group : `${axis.group}[${axis.within}]`;
    case 'product':
      return `(${axis.factors.map(formatAxis).join(' ')})`;
    case 'concat':
      return `(${axis.segments.map(formatSegment).join(' + ')})`;
    case 'entries':
      return `{${axis.size}: ${[...new Set(axis.entries.map(({ group }) => group))].join(' ')}}`;
    case 'part':
      return '·';
  }
}

/** A segment of a concatenation, where a product needs no parentheses. */
function formatSegment(segment: AxisSpec): string {
  return segment.kind === 'product'
    ? segment.factors.map(formatAxis).join(' ')
    : formatAxis(segment);
}
