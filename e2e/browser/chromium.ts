import { type Browser, chromium } from 'playwright-core';

/**
 * What is off in Chromium. Playwright has a list of its own, which this one replaces (the last one counts): what its automation
 * needs off and what calls home is here again. The last two are suggestions under the address bar: two pages of Chromium's own
 * beside each new tab of ours, a third of a tab's time on two cores, which nobody ever sees here.
 */
const featuresOff = [
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'PaintHolding',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'MediaRouter',
  'LensOverlay',
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'AimEnabled',
  'PreconnectToSearch',
  'PreloadTopChromeWebUI',
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
];

// Nothing that calls home, nothing that needs a screen; and a process for each site, as people's browsers have it, which one without a
// window leaves out by itself.
const args = [
  '--no-sandbox',
  '--site-per-process',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  `--disable-features=${featuresOff.join(',')}`,
];

/** Starts the Chromium of this machine, as all browser tests, screens and measurements have it. */
export function launchChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args });
}
