/**
 * The explorable page in Chromium, in quick mode: what a visitor can do with it, how it looks, and what
 * happens when something goes wrong. Skipped with the reason printed where there is no Chromium.
 */
import { afterAll, beforeAll, describe } from 'vitest';
import { chromiumMissing, startChromium } from '../../support/chromium';
import { faults } from './faults';
import { hostileFiles } from './hostileFiles';
import { looks } from './looks';
import { onnxFiles } from './onnxFiles';
import { ownFiles } from './ownFiles';
import { photographs } from './photographs';
import { servePage } from './servedPage';
import { trainingToTriangle } from './trainingToTriangle';
import type { Visit } from './visit';

const reason = chromiumMissing();
if (reason !== null) console.warn(`The tests of the page are skipped: ${reason}`);

describe.skipIf(reason !== null)('the explorable page', () => {
  const visit = {} as Visit;
  beforeAll(async () => {
    const [served, browser] = await Promise.all([servePage(), startChromium()]);
    Object.assign(visit, { served, browser });
  });
  afterAll(async () => {
    await visit.browser?.close();
    await visit.served?.close();
  });

  trainingToTriangle(visit);
  photographs(visit);
  ownFiles(visit);
  onnxFiles(visit);
  hostileFiles(visit);
  faults(visit);
  looks(visit);
});
