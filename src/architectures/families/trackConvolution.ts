import { invalid } from '../../errors';
import { type Shapes, sizeOf } from '../../params/internal';
import type { ConvolutionNames } from '../presets';
import type { TrackedAxis, Units } from '../trackedSpec';
import type { UnitTracker } from '../trackUnits';
import { shapeOf } from './shapeOf';

/** A network whose channels are tracked. */
export interface TrackedNetwork {
  readonly shapes: Shapes;
  readonly tracker: UnitTracker;
}

/**
 * Adds a convolution and the batch normalisation after it, with PyTorch's names.
 *
 * @param input - Its input; null for the network's input.
 * @returns The channels that it computes.
 */
export function trackConvolution(
  { shapes, tracker }: TrackedNetwork,
  { conv, norm }: ConvolutionNames,
  input: Units | null,
): Units {
  const [outputs, inputs] = weightOf(shapes, conv);
  if (input !== null) assertChannels(conv, inputs, input);
  const output = tracker.draw(conv, outputs);
  tracker.add(`${conv}.weight`, [producer(output), input && consumer(input), null, null]);
  tracker.add(`${conv}.bias`, [producer(output)], true);
  trackNorm(tracker, norm, output);
  return output;
}

/** Adds a depthwise convolution, which has one filter for each channel, and the batch normalisation after it. */
export function trackDepthwise(
  { shapes, tracker }: TrackedNetwork,
  { conv, norm }: ConvolutionNames,
  units: Units,
): Units {
  const [channels] = weightOf(shapes, conv);
  assertChannels(conv, channels, units);
  tracker.add(`${conv}.weight`, [producer(units), null, null, null]);
  tracker.add(`${conv}.bias`, [producer(units)], true);
  trackNorm(tracker, norm, units);
  return units;
}

/** The shape of a convolution's weight, which has elements: the shape of an empty one may claim any size. */
function weightOf(shapes: Shapes, conv: string): readonly number[] {
  const param = `${conv}.weight`;
  const shape = shapeOf(shapes, param, 4);
  if (sizeOf(shape) > 0) return shape;
  throw invalid(`parameter '${param}' of shape [${shape}] has no elements`, REMEDY, {
    param,
    received: shape,
  });
}

/** Throws unless a convolution reads as many channels as there are. */
function assertChannels(conv: string, channels: number, units: Units): void {
  if (channels === units.length) return;
  const param = `${conv}.weight`;
  throw invalid(
    `parameter '${param}' reads ${channels} channels, and the image before it has ${units.length}`,
    REMEDY,
    { param, received: channels },
  );
}

const REMEDY = 'Derive the spec with traceSpec or from an ONNX file';

function trackNorm(tracker: UnitTracker, norm: string, units: Units): void {
  tracker.add(`${norm}.weight`, [producer(units)], true);
  tracker.add(`${norm}.bias`, [producer(units)], true);
  tracker.add(`${norm}.running_mean`, [producer(units)]);
  tracker.add(`${norm}.running_var`, [producer(units)]);
  tracker.add(`${norm}.num_batches_tracked`, [], true);
}

/** Adds a dense layer that computes the outputs of the network. */
export function trackHead(tracker: UnitTracker, name: string, input: Units): void {
  tracker.add(`${name}.weight`, [null, consumer(input)]);
  tracker.add(`${name}.bias`, [null], true);
}

function producer(units: Units): TrackedAxis {
  return { units, role: 'producer' };
}

function consumer(units: Units): TrackedAxis {
  return { units, role: 'consumer' };
}
