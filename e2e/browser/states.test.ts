import assert from 'node:assert/strict';
import { test } from 'node:test';
import { needs } from '../../scripts/needs.ts';
import { openCamera } from '../screens/camera.ts';
import { languageStates, screenStates } from '../screens/states.ts';
import { faults } from './accessibility.ts';
import { launchChromium } from './chromium.ts';

test('every state of the pages for people is accessible in both themes, at 1280 and at 320 px', {
  timeout: 400_000,
}, async (t) => {
  const executablePath = needs(t, 'chromium');
  if (!executablePath) return;
  const browser = await launchChromium(executablePath);
  t.after(() => browser.close());
  const camera = await openCamera(browser, { colorScheme: 'light', width: 1280 });
  const found: string[] = [];
  const states = [...screenStates, ...languageStates];
  for (const state of states) {
    const page = await camera.show(state);
    found.push(...(await faults(page)).map((fault) => `${state.name}: ${fault}`));
  }
  assert.deepEqual(found, []);
  assert.ok(states.length >= 48, 'of all states');
});
