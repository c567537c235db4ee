import { describe, expect, it } from 'vitest';
import { choicesIn } from '../../../examples/paper/support/choicesIn';
import { countIn } from '../../../examples/paper/support/countIn';
import { numbersIn } from '../../../examples/paper/support/numbersIn';

describe('the settings of studies', () => {
  it('are lists of choices, of which others are refused by name', () => {
    expect(choicesIn('families', 'vgg8, r20', ['vgg8', 'vgg4', 'r20'])).toEqual(['vgg8', 'r20']);
    expect(() => choicesIn('families', 'vgg8,vgg9', ['vgg8', 'r20'])).toThrow(
      "--families must be one of vgg8, r20, received 'vgg9'",
    );
  });

  it('are counts from 1 on, up to a limit', () => {
    expect(countIn('levels', '20')).toBe(20);
    for (const value of ['', '0', '-1', '1.5', 'twenty', 'Infinity']) {
      expect(() => countIn('levels', value), value).toThrow(
        `--levels must be an integer of at least 1, received '${value}'`,
      );
    }
    expect(countIn('tested', '10000', 10_000)).toBe(10_000);
    expect(() => countIn('tested', '10001', 10_000)).toThrow('an integer from 1 to 10000');
  });

  it('are lists of numbers, empty for an empty text', () => {
    expect(numbersIn('widths', '16, 32')).toEqual([16, 32]);
    expect(numbersIn('widths', '')).toEqual([]);
    expect(() => numbersIn('widths', '16,,32')).toThrow("received '16,,32'");
  });
});
