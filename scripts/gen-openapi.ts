/** `npm run openapi`: writes docs/openapi.json from the contract in packages/wire. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openApiDocument } from '@tijori/wire/openapi';

export const openApiPath = join(import.meta.dirname, '..', 'docs', 'openapi.json');

/** The whole file. Pure, so that a test can compare. */
export function openApiFile(): string {
  return `${JSON.stringify(openApiDocument(), null, 2)}\n`;
}

if (import.meta.main) writeFileSync(openApiPath, openApiFile());
