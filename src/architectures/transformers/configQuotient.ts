import { invalid } from '../../errors';

/**
 * The quotient of two integers of a configuration.
 *
 * @throws InvalidInputError if it is not an integer. The message has both keys.
 */
export function configQuotient(
  [dividend, total]: readonly [key: string, value: number],
  [divisor, parts]: readonly [key: string, value: number],
): number {
  if (total % parts === 0) return total / parts;
  throw invalid(
    `'${dividend}' of the configuration is ${total}, which '${divisor}' ${parts} does not divide`,
    'Pass the config.json of the network',
    { param: divisor, received: parts },
  );
}
