import { assertHostSize } from '../../values/assertHostSize';
import { type HostArray, hostArray } from '../../values/hostArray';
import { type Call, numbersAt, type Operators, unsupported } from '../operator';
import { halfSpectrum } from './fourierMatrix';
import { outputDtype } from './windows';

/** Matrices from spectra to bands of equal width on the mel scale. */
export const melWeightMatrices: Operators = {
  MelWeightMatrix: { run: melWeights, hostInputs: [0, 1, 2, 3, 4] },
};

/** The weights [frequencies, bands]: each band is a triangle from the centre of the one before to that of the next. */
function melWeights(call: Call): HostArray {
  const [bands, length] = [0, 1].map((index) => numbersAt(call, index)![0]);
  const shape = [halfSpectrum(length), bands];
  assertHostSize(shape);
  const corners = melCorners(call, bands, length);
  const highest = Math.max(...corners);
  if (Math.min(...corners) < 0 || highest >= shape[0]) {
    throw unsupported(
      call,
      `bands up to frequency ${highest} of a spectrum of ${shape[0]}`,
      'Export it with edges between 0 and half the sample rate',
    );
  }
  const data = new Float64Array(shape[0] * bands);
  for (let band = 0; band < bands; band++) {
    const [lower, centre, upper] = corners.slice(band, band + 3);
    data[centre * bands + band] = 1;
    for (let i = lower; i < centre; i++) {
      data[i * bands + band] = (i - lower) / (centre - lower);
    }
    for (let i = centre + 1; i < upper; i++) {
      data[i * bands + band] = (upper - i) / (upper - centre);
    }
  }
  const dtype = outputDtype(call);
  return hostArray(dtype, shape, dtype === 'float32' ? data : data.map(Math.trunc));
}

/** The frequencies, as places in the spectrum, at which the bands begin, peak and end. */
function melCorners(call: Call, bands: number, length: number): number[] {
  const [rate, lower, upper] = [2, 3, 4].map((index) => numbersAt(call, index)![0]);
  const [first, last] = [mel(lower), mel(upper)];
  const step = (last - first) / (bands + 2);
  return Array.from({ length: bands + 2 }, (_, i) =>
    Math.floor(((length + 1) * hertz(first + i * step)) / rate),
  );
}

function mel(frequency: number): number {
  return 2595 * Math.log10(1 + frequency / 700);
}

function hertz(mels: number): number {
  return 700 * (10 ** (mels / 2595) - 1);
}
