import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright';
import { dawnFeatures } from './dawnFeatures.ts';

/** Flags that keep Chromium off the network. */
export const chromiumFlags = [
  ...['--no-sandbox', '--disable-background-networking', '--disable-component-update'],
  ...['--disable-sync', '--no-first-run', '--disable-quic'],
];

/** Flags for a WebGPU adapter in software (SwiftShader), without a graphics card. */
export const webGpuFlags = [
  ...['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', `--${dawnFeatures}`],
];

/** The path of Chromium, found as a shell would find it; undefined without one. */
export const chromiumPath = (process.env.PATH ?? '')
  .split(delimiter)
  .flatMap((folder) => ['chromium', 'chromium-browser'].map((name) => join(folder, name)))
  .find((path) => existsSync(path));

/**
 * The reason why Chromium cannot be started, or null if it can. In CI, which installs Chromium, a missing
 * one is an error instead.
 */
export function chromiumMissing(): string | null {
  if (chromiumPath) return null;
  const reason = 'no Chromium in the PATH: install it, such as the Debian package chromium';
  if (process.env.CI) throw new Error(`tests in Chromium must run here: ${reason}`);
  return reason;
}

/** Starts Chromium without a window, with WebGPU in software or without any; the caller closes it. */
export function startChromium({ webGpu = false } = {}): Promise<Browser> {
  const args = webGpu ? [...chromiumFlags, ...webGpuFlags] : chromiumFlags;
  return chromium.launch({ executablePath: chromiumPath, args });
}
