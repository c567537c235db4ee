import type { Axis } from './axis';
import { element, round, text } from './element';
import { fitText, textWidth } from './textWidth';

/** The place of a plot in the figure, in pixels. */
export interface Area {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** The width of a vertical axis to the left of the plot, in pixels: its label, its longest tick and the gaps. */
export function leftMargin({ ticks, format }: Axis): number {
  return 42 + Math.max(...ticks.map((tick) => textWidth(format(tick))));
}

/** Draws a y axis: grid lines, tick labels and the label. The range of its scale must be set. */
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

/** Draws an x axis: the line, its ticks, the tick labels that do not overlap, and the label. */
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

/** A label with its baseline at y, centred on the plot. */
export function horizontalLabel(y: number, { left, right }: Area, label: string): string {
  return text((left + right) / 2, y, 'middle', fitText(label, right - left));
}

/** A label at x that reads upwards, centred on the plot. */
export function verticalLabel(x: number, { top, bottom }: Area, label: string): string {
  const transform = `translate(${round(x)} ${round((top + bottom) / 2)}) rotate(-90)`;
  return element('g', { transform }, text(0, 0, 'middle', fitText(label, bottom - top + 24)));
}

/**
 * Every k-th item in the order of their places, with the least k that keeps their labels apart.
 *
 * @param place - The middle of an item's label along the axis, and its width, in pixels.
 */
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
