import { type Argument, type Command, InvalidArgumentError, type Option } from 'commander';

/** Makes a command refuse empty words, such as `--output=`, as values of its options and as arguments. */
export function refuseEmpty(command: Command): void {
  for (const option of command.options) if (option.required) option.parseArg = fullValue(option);
  for (const argument of command.registeredArguments) argument.parseArg = fullWord(argument);
}

function fullValue({ parseArg }: Option) {
  return <Value>(text: string, before: Value) => {
    assertFull(text);
    return (parseArg ? parseArg(text, before) : text) as Value;
  };
}

/** Commander leaves it to a parser to collect the words of an argument that takes several. */
function fullWord({ variadic }: Argument) {
  return <Value>(text: string, before: Value) => {
    assertFull(text);
    return (variadic ? [...((before as string[] | undefined) ?? []), text] : text) as Value;
  };
}

function assertFull(text: string): void {
  if (text === '') throw new InvalidArgumentError('Expected a value, received nothing.');
}
