import { vendorSdk } from './compat.ts';
import { createEntityLocker } from './entity-locker.ts';

/** The gateway writes its own address here when it serves the script. */
const baseUrl = '{{baseUrl}}';

const sdk = vendorSdk(baseUrl);
// The vendor's spelling, and the one that people look for (sandbox-api §8 no. 3).
Object.assign(window, { EntitylockerSDK: sdk, EntityLockerSDK: sdk, createEntityLocker });
