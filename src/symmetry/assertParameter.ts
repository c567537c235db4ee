import { isRecord, shown } from '../checks';
import { invalid } from '../errors';
import { assertEntries } from './assertEntries';
import { assertParameterName } from './assertParameterName';
import { assertParts } from './assertParts';
import { assertTree } from './assertTree';
import type { SizeTable } from './axisSize';
import type { ParameterSpec } from './axisSpec';
import type { Group } from './group';

/**
 * Throws unless the axes of a parameter are sound, with groups of the spec.
 *
 * @param sizes - The sizes of groups known so far. Those of groups in entries are added.
 */
export function assertParameter(
  param: string,
  parameter: ParameterSpec,
  groups: ReadonlyMap<string, Group>,
  sizes: SizeTable,
): void {
  assertParameterName(param);
  if (!isRecord(parameter) || !Array.isArray(parameter.axes)) {
    throw invalid(
      `the spec has ${shown(parameter)} for parameter '${param}'`,
      'Write its pattern with permutationSpec, or { axes, optional }',
      { param, received: parameter },
    );
  }
  const { axes, optional } = parameter;
  if (optional !== undefined && typeof optional !== 'boolean') {
    throw invalid(
      `optional of parameter '${param}' must be true or false, received ${shown(optional)}`,
      'Give true if a network may lack the parameter, or leave it out',
      { param, received: optional },
    );
  }
  for (const [at, axis] of axes.entries()) {
    if (axis?.kind === 'entries') assertEntries({ param, axis: at }, axis, groups, sizes);
    else if (axis?.kind !== 'part') assertTree({ param, axis: at }, axis, groups);
  }
  assertParts(param, axes);
}
