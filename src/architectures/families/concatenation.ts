/** The pattern item of images that are concatenated along their channels. */
export function concatenation(images: readonly string[]): string {
  return images.length === 1 ? images[0] : `(${images.join(' + ')})`;
}
