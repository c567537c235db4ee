import { plainText } from '../../../src/plainText';

/** The number of characters after which text is shortened. */
const LONGEST = 2000;

/** Text as the page shows it, escaped as in errors of the library: names of tensors and files may hold any character. */
export function visible(text: string): string {
  return plainText(text, LONGEST);
}
