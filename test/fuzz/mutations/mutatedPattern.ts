import fc from 'fast-check';
import { mutatedText } from './mutatedText';

/** Patterns of a parameter: sentences of the grammar, and such sentences with changed characters. */
export const mutatedPattern: fc.Arbitrary<string> = fc.oneof(
  { weight: 2, arbitrary: pattern() },
  { weight: 1, arbitrary: pattern().chain((text) => mutatedText([text], TOKENS)) },
);

const TOKENS = ['_', '?', '(', ')', '+', ' ', '[', ']', 'h', '2', '((', '))', '( h )', 'h[g]'];

function pattern(): fc.Arbitrary<string> {
  const items = fc.array(item(), { maxLength: 5 }).map((all) => all.join(' '));
  return fc.tuple(fc.constantFrom('', '', '', '? '), items).map(([mark, text]) => mark + text);
}

function item(): fc.Arbitrary<string> {
  const { any } = fc.letrec<{ any: string; concat: string; product: string }>((tie) => ({
    any: fc.oneof(
      { depthSize: 'small', maxDepth: 6, withCrossShrink: true },
      word(),
      tie('concat').map((text) => `(${text})`),
    ),
    concat: fc.array(tie('product'), { minLength: 1, maxLength: 3 }).map((all) => all.join(' + ')),
    product: fc.array(tie('any'), { minLength: 1, maxLength: 3 }).map((all) => all.join(' ')),
  }));
  return any;
}

function word(): fc.Arbitrary<string> {
  const group = fc.constantFrom('h', 'g', 'a', 'b', 'h1', 'é', 'a:b/c.d-e');
  const size = fc.constantFrom('1', '2', '3', '4', '0', '01', '65536', '9007199254740991', '1e3');
  const inner = fc.tuple(group, group).map(([a, b]) => `${a}[${b}]`);
  return fc.oneof(group, inner, fc.constant('_'), size);
}
