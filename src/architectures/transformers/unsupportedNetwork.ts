import { type InvalidInputDetails, InvalidInputError } from '../../errors';

/** The kinds of networks that no family describes, with the remedies. */
const remedies = {
  'a mixture of experts': 'Derive its spec with traceSpec, or from an ONNX file',
  quantised: 'Take the network before quantisation',
  'an adapter': 'Merge the adapter into its base network first',
} as const;

/** A kind of network that no family describes. */
export type UnsupportedKind = keyof typeof remedies;

/** Thrown for a network that no family describes, with a remedy of its kind. */
export class UnsupportedNetworkError extends InvalidInputError {}

/**
 * The error for a network that no family describes.
 *
 * @param evidence - What shows the kind, such as `the configuration has 'num_experts'`.
 */
export function unsupportedNetwork(
  kind: UnsupportedKind,
  evidence: string,
  details: InvalidInputDetails,
) {
  return new UnsupportedNetworkError(
    `the network is ${kind}: ${evidence}`,
    remedies[kind],
    details,
  );
}
