import { afterAll, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { fuzz } from './fuzz';
import { parsers } from './parsers';
import { removeScratch } from './scratchFile';

await useBackend('cpu');
afterAll(removeScratch);

/** The inputs of each parser. `npm run fuzz` makes more of them. */
const mutants = 150;

it.each(parsers.map((parser) => [parser.name, parser] as const))(
  '%s reads or refuses each of many changed inputs, in time and with little memory',
  async (_, parser) => {
    expect(await fuzz(parser, { mutants, seed: 1 })).toBeNull();
  },
);
