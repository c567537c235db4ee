import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright';

/** What keeps Chromium from asking anybody for anything. */
export const chromiumFlags = [
  ...['--no-sandbox', '--disable-background-networking', '--disable-component-update'],
  ...['--disable-sync', '--no-first-run', '--disable-quic'],
];

/** What gives it a WebGPU adapter in software (SwiftShader), so that no graphics card is needed. */
export const webGpuFlags = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];

/** Where Chromium is, found as a shell would find it; undefined where there is none. */
export const chromiumPath = (process.env.PATH ?? '')
  .split(delimiter)
  .flatMap((folder) => ['chromium', 'chromium-browser'].map((name) => join(folder, name)))
  .find((path) => existsSync(path));

/**
 * Why no Chromium can be started, or null where there is one. On a continuous-integration machine, which
 * installs what it takes, that is an error instead.
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
