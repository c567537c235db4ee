/** 0.0876 as 8.8 %. */
export function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(1)} %`;
}

/** A loss in nats, such as 0.86 or 0.036. */
export function nats(loss: number): string {
  return Math.abs(loss) < 0.1 ? loss.toFixed(3) : loss.toFixed(2);
}

/** A count with its noun: 1 parameter, 6 parameters. */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
}

/** A size in decimal units: 450 MB, 2.2 GB. */
export function size(bytes: number): string {
  if (bytes < 1e9) return `${Math.round(bytes / 1e6)} MB`;
  return `${Number((bytes / 1e9).toFixed(1))} GB`;
}
