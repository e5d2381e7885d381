import { join } from 'node:path';

/**
 * A folder with what somebody needs who wants to trust the specimens in tests: the root, its revocation lists, and a
 * list of who signs what. Public certificates only.
 */
export const trustFolder = join(import.meta.dirname, 'trust-store');
