import { choiceIn } from './choiceIn';

/** The values of the list of a setting, such as `vgg8,r20`, each one of `choices`. */
export function choicesIn<T extends string>(
  setting: string,
  list: string,
  choices: readonly T[],
): T[] {
  return list.split(',').map((each) => choiceIn(setting, each.trim(), choices));
}
