import type { Browser } from 'playwright';
import type { ServedPage } from './servedPage';

/** The state that the tests of the page share; filled before they run. */
export interface Visit {
  /** Chromium without WebGPU. */
  browser: Browser;
  served: ServedPage;
}
