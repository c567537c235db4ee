import { similarityPlot } from 'perm-lmc/plots';
import { describe, expect, it } from 'vitest';
import { read, xOf } from './drawn';
import { similarity } from './reports';

describe('similarityPlot', () => {
  it('draws the quantiles of every group where they lie', () => {
    const drawn = read(similarityPlot(similarity));
    const wide = drawn.elements
      .filter(({ attributes }) => attributes['stroke-width'] === '1.5')
      .map(({ attributes }) =>
        /^M([\d.]+) [\d.]+H([\d.]+)$/.exec(attributes.d)!.slice(1).map(Number),
      )
      .slice(2);
    // h1 before from −2 to 2, h1 after from 0 to 10, h2 after from 1 to 5
    const unit = (xOf(drawn, '10') - xOf(drawn, '0')) / 10;
    const places = wide.map((ends) => ends.map((x) => (x - xOf(drawn, '0')) / unit));
    expect(places).toEqual([
      [near(-2), near(2)],
      [near(0), near(10)],
      [near(1), near(5)],
    ]);
    expect(drawn.texts.map(({ text }) => text)).toEqual(
      expect.arrayContaining(['h1 (512)', 'h2 (64)', 'before matching', 'after matching']),
    );
    function near(value: number) {
      return expect.closeTo(value, 1);
    }
  });

  it('tells before from after by colour and by filling', () => {
    const groups = read(similarityPlot(similarity)).elements.filter(
      ({ name, attributes }) => name === 'g' && attributes.color,
    );
    const looks = groups
      .slice(0, 2)
      .map(({ attributes, children }) => [attributes.color, children[1].attributes.fill]);
    expect(looks[0][0]).not.toBe(looks[1][0]);
    expect(looks.map(([, fill]) => fill)).toEqual(['none', 'currentColor']);
  });

  it('refuses quantiles out of order, other lengths and no groups', () => {
    const { groups } = similarity;
    const quantiles = [0, 0.5, 0.25, 0.75, 1];
    expect(() => similarityPlot({ groups, quantiles })).toThrow(
      /quantiles must ascend in \[0, 1\], received/,
    );
    expect(() => similarityPlot({ groups, quantiles: [0.5] })).toThrow(/'before' of group 'h1'/);
    expect(() => similarityPlot({ groups: {}, quantiles: [0.5] })).toThrow(
      /groups must have at least one group/,
    );
  });
});
