import { invalid } from '../errors';
import type { AxisSpec } from './axisSpec';
import type { ParameterView } from './parameterView';

/** Throws unless the axes of kind `part` are exactly those that the axes of kind `entries` list. */
export function assertParts(param: string, axes: readonly AxisSpec[], view: ParameterView): void {
  axes.forEach((axis, at) => {
    const problem =
      axis.kind === 'entries'
        ? problemOfEntries(axes, at, axis.axes ?? [at])
        : axis.kind === 'part'
          ? problemOfPart(view, at, axis.of)
          : null;
    if (problem !== null) {
      throw invalid(
        `'${param}' axis ${at} ${problem}`,
        "Entries over several axes list all of them, starting with their own; the others have the kind 'part'",
        { param, axis: at },
      );
    }
  });
}

function problemOfEntries(
  axes: readonly AxisSpec[],
  at: number,
  together: readonly number[],
): string | null {
  const [first, ...others] = together;
  if (first === undefined) return null;
  const sound =
    first === at &&
    new Set(together).size === together.length &&
    others.every((other) => axes[other]?.kind === 'part');
  return sound
    ? null
    : `has entries over the axes [${together}], which do not start with it or are not its parts`;
}

function problemOfPart(view: ParameterView, at: number, of: number): string | null {
  const [home] = view.axes.find((list) => list.includes(at))!;
  return home === of && of !== at ? null : `is part of axis ${of}, whose entries do not list it`;
}
