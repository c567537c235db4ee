/** The numbers of the list of a setting, such as `16,32`; none for an empty text. */
export function numbersIn(setting: string, list: string): number[] {
  if (list.trim() === '') return [];
  const numbers = list.split(',').map((each) => (each.trim() === '' ? Number.NaN : Number(each)));
  if (numbers.every(Number.isFinite)) return numbers;
  throw new Error(`--${setting} must be numbers, such as 16,32, received '${list}'`);
}
