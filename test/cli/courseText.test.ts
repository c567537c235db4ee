import { expect, it } from 'vitest';
import { courseText } from '../../src/cli/courseText';

it.each([
  [0, null, '0 %'],
  [0.4299, 89.4, '42 %  about 89 s left'],
  [0.429, 90, '42 %  about 2 min left'],
  [0.999, 720, '99 %  about 12 min left'],
  [0.01, 5400, '1 %  about 1.5 h left'],
  [1, 0, '100 %  about 0 s left'],
])('the share %d and %d seconds are %s', (fraction, secondsLeft, text) => {
  expect(courseText({ fraction, secondsLeft })).toBe(text);
});
