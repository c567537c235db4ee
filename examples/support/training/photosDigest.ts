import { createHash } from 'node:crypto';
import type { LabelledPhotos } from '../cifar';

const known = new WeakMap<LabelledPhotos, string>();

/** A SHA-256 of photographs and their labels, computed once for each object. */
export function photosDigest(photos: LabelledPhotos): string {
  const digest = known.get(photos) ?? digestOf(photos);
  known.set(photos, digest);
  return digest;
}

function digestOf({ bytes, labels, size }: LabelledPhotos): string {
  const hash = createHash('sha256').update(`${size}`).update(bytes);
  return hash.update(Uint8Array.from(labels)).digest('hex');
}
