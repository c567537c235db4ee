import type { Axis } from './axis';
import { element, round, text } from './element';
import { fitText, textWidth } from './textWidth';

/** The place of a plot in the figure. */
export interface Area {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** The width of a vertical axis to the left of the plot: its label, its longest tick, the gaps. */
export function leftMargin({ ticks, format }: Axis): number {
  return 42 + Math.max(...ticks.map((tick) => textWidth(format(tick))));
}

/** The horizontal lines of the grid, the ticks in words and the label; the scale's range is set. */
export function drawY({ scale, ticks, format, label }: Axis, area: Area): string[] {
  const grid = ticks.map(
    (tick) => `M${round(area.left)} ${round(scale(tick))}H${round(area.right)}`,
  );
  return [
    element('path', { d: grid.join(''), stroke: 'currentColor', 'stroke-opacity': '0.22' }),
    ...ticks.map((tick) => text(area.left - 10, scale(tick) + 4.5, 'end', format(tick))),
    verticalLabel(24, area, label),
  ];
}

/** The bottom line with its ticks; those in words that do not run into each other. */
export function drawX(
  { scale, ticks, format, label }: Axis,
  area: Area,
  labelled = true,
): string[] {
  const marks = ticks.map((tick) => `M${round(scale(tick))} ${round(area.bottom)}v5`);
  const line = `M${round(area.left)} ${round(area.bottom)}H${round(area.right)}`;
  const named = apart(ticks, (tick) => [scale(tick), textWidth(format(tick))]);
  return [
    element('path', { d: line + marks.join(''), stroke: 'currentColor' }),
    ...named.map((tick) => text(scale(tick), area.bottom + 21, 'middle', format(tick))),
    ...(labelled ? [horizontalLabel(area.bottom + 45, area, label)] : []),
  ];
}

/** A label below the plot, in its middle. */
export function horizontalLabel(y: number, { left, right }: Area, label: string): string {
  return text((left + right) / 2, y, 'middle', fitText(label, right - left));
}

/** A label that reads upwards beside the plot, in its middle. */
export function verticalLabel(x: number, { top, bottom }: Area, label: string): string {
  const transform = `translate(${round(x)} ${round((top + bottom) / 2)}) rotate(-90)`;
  return element('g', { transform }, text(0, 0, 'middle', fitText(label, bottom - top + 24)));
}

/** Every k-th, with the least k that keeps their labels apart, in the order of their places. */
export function apart<Item>(
  items: readonly Item[],
  place: (item: Item) => readonly [middle: number, width: number],
): Item[] {
  const ordered = [...items].sort((a, b) => place(a)[0] - place(b)[0]);
  for (let every = 1; every < ordered.length; every++) {
    const kept = ordered.filter((_, i) => i % every === 0);
    if (kept.every((item, i) => i === 0 || gap(kept[i - 1], item) >= 8)) return kept;
  }
  return ordered.slice(0, 1);

  function gap(a: Item, b: Item): number {
    const [[middleA, widthA], [middleB, widthB]] = [place(a), place(b)];
    return middleB - widthB / 2 - (middleA + widthA / 2);
  }
}
