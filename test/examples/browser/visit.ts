import type { Browser } from 'playwright';
import type { ServedPage } from './servedPage';

/** What the tests of the page share; filled before they run. */
export interface Visit {
  /** Chromium without WebGPU. */
  browser: Browser;
  served: ServedPage;
}
