import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright';

const flags = [
  ...['--no-sandbox', '--disable-background-networking', '--disable-component-update'],
  ...['--disable-sync', '--no-first-run', '--disable-quic'],
];

/** Chromium as the Debian package installs it, wherever the path leads. */
const executablePath = (process.env.PATH ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'chromium'))
  .find((path) => existsSync(path));

/**
 * Why no Chromium can be started, or null where there is one. On a continuous-integration machine, which
 * installs what it takes, that is an error instead.
 */
export function chromiumMissing(): string | null {
  if (executablePath) return null;
  const reason = 'there is no chromium in the path: install the Debian package chromium';
  if (process.env.CI) throw new Error(`tests in Chromium must run here: ${reason}`);
  return reason;
}

/** Starts Chromium without a window; the caller closes it. */
export function startChromium(): Promise<Browser> {
  return chromium.launch({ executablePath, args: flags });
}
