import { expect } from 'vitest';
import { everyElement, parseXml, type XmlElement } from './parseXml';

/** The contents of a figure, read back from its markup. */
export interface Drawn {
  readonly root: XmlElement;
  readonly elements: readonly XmlElement[];
  /** Every text with where it stands; of turned labels, the place of the turn. */
  readonly texts: readonly { text: string; x: number; y: number; anchor: string; fill?: string }[];
  /** The series: its colour, its dashes, its marker's outline and where the markers are. */
  readonly series: readonly Series[];
}

export interface Series {
  readonly colour: string;
  readonly dashes: string | undefined;
  readonly marker: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** Reads a figure. The entries of a legend are series with one marker. */
export function read(svg: string): Drawn {
  const root = parseXml(svg);
  const elements = everyElement(root);
  const texts = elements
    .filter(({ name }) => name === 'text')
    .map(({ text, attributes }) => ({
      text,
      x: Number(attributes.x),
      y: Number(attributes.y),
      anchor: attributes['text-anchor'],
      fill: attributes.fill,
    }));
  const series = elements
    .filter(({ name, attributes }) => name === 'g' && attributes.color !== undefined)
    .filter(({ children }) => children.some(({ attributes }) => attributes.transform))
    .map(({ attributes, children: [path, ...markers] }) => ({
      colour: attributes.color,
      dashes: path.attributes['stroke-dasharray'],
      marker: markers[0].attributes.d,
      points: markers.map((marker) => place(marker.attributes.transform)),
    }));
  return { root, elements, texts, series };
}

/** The curves, without the entries of the legend. */
export function curvesOf({ series }: Drawn): Series[] {
  return series.filter(({ points }) => points.length > 1);
}

/** The place of the tick with that label on the axis of y. */
export function yOf({ texts }: Drawn, label: string, nth = 0): number {
  return texts.filter(({ text, anchor }) => text === label && anchor === 'end')[nth].y - 4.5;
}

/** The place of the tick with that label on the axis of x. */
export function xOf({ texts }: Drawn, label: string, nth = 0): number {
  return texts.filter(({ text, anchor }) => text === label && anchor === 'middle')[nth].x;
}

/** A matcher of values within half a pixel. */
export const near = (value: number) => expect.closeTo(value, 0);

function place(transform: string): [number, number] {
  const [, x, y] = /^translate\(([-\d.]+) ([-\d.]+)\)$/.exec(transform)!;
  return [Number(x), Number(y)];
}
