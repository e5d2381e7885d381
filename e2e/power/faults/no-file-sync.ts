/**
 * Makes the gateway wrong on purpose (`node --import`): files of the vault are written and renamed, but never synced. The
 * power cut must find documents without their bytes, or it says nothing about the vault.
 */
import { open } from 'node:fs/promises';

const handle = await open(process.execPath, 'r');
const prototype = Object.getPrototypeOf(handle) as { sync(): Promise<void>; datasync(): Promise<void> };
await handle.close();

prototype.sync = async () => {};
prototype.datasync = async () => {};
