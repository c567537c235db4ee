/** The value of a setting, one of `choices`. */
export function choiceIn<T extends string>(
  setting: string,
  value: string,
  choices: readonly T[],
): T {
  const choice = choices.find((each) => each === value);
  if (choice !== undefined) return choice;
  throw new Error(`--${setting} must be one of ${choices.join(', ')}, received '${value}'`);
}
