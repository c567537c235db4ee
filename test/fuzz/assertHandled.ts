import * as tf from '@tensorflow/tfjs-core';
import { InvalidInputError } from '../../src/errors';
import type { FuzzedParser, Input } from './fuzzedParser';

/** The most that parsing one input may take. */
const LIMITS = {
  /** CPU time, in milliseconds: the least of three runs. */
  milliseconds: 50,
  /** Memory, in bytes, with and without the input. */
  bytes: 2 ** 25,
  bytesPerByte: 256,
  /** Characters of an error's message, and for each byte of the input. */
  characters: 4000,
} as const;

/**
 * Throws unless the parser reads the input, or refuses it with an `InvalidInputError` of a short message, in time,
 * with little memory, and without leaving a tensor.
 */
export async function assertHandled(parser: FuzzedParser, input: Input): Promise<void> {
  const most = parser.milliseconds ?? LIMITS.milliseconds;
  let least = await measured(parser, input);
  for (let again = 0; again < 2 && least > most; again++) {
    least = Math.min(least, await measured(parser, input));
  }
  if (least > most) throw new Error(`${input.length} bytes take ${Math.round(least)} ms of CPU`);
}

/** The CPU time of parsing an input, in milliseconds. */
async function measured(parser: FuzzedParser, input: Input): Promise<number> {
  const { numTensors } = tf.memory();
  const memory = memoryUsed();
  const start = process.cpuUsage();
  const refusal = await refusalOf(parser, input);
  const { user, system } = process.cpuUsage(start);
  const grown = memoryUsed() - memory;
  if (grown > LIMITS.bytes + LIMITS.bytesPerByte * input.length) {
    throw new Error(`${input.length} bytes take ${Math.round(grown / 2 ** 20)} MiB of memory`);
  }
  const left = tf.memory().numTensors - numTensors;
  if (left !== 0) throw new Error(`${left} tensors are left after ${refusal ?? 'the result'}`);
  return (user + system) / 1000;
}

/** The bytes of objects and arrays. Memory that is freed meanwhile makes it less: growth is never overestimated. */
function memoryUsed(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** The message with which an input is refused; null if it is read. Throws other errors. */
async function refusalOf(parser: FuzzedParser, input: Input): Promise<string | null> {
  try {
    await parser.parse(input);
    return null;
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    const { message, problem, remedy } = error;
    if (message.length > LIMITS.characters) {
      throw new Error(`the message has ${message.length} characters: ${message.slice(0, 200)}…`);
    }
    if (problem === '' || remedy === '') throw new Error(`half a message: ${message}`);
    return message;
  }
}
