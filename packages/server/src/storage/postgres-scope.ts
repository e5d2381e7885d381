import type { Command } from './postgres-batch.ts';

/** The setting that says for which workspace a connection works at this moment; for every one: `*`. */
export const scopeSetting = 'tijori.workspace';

const everyWorkspace = '*';
const text = `select set_config('${scopeSetting}', $1, true)`;

/** Until the end of the transaction, the rows of this workspace are there and no others; without one, all of them. */
export function scopeCommand(workspaceId: string | undefined): Command {
  return { text, params: [workspaceId ?? everyWorkspace] };
}
