import { randomUUID } from 'node:crypto';
import { Refusal } from '../../domain/refusal.ts';
import type { Stores } from '../../stores/index.ts';
import type { Workspace } from '../../stores/workspaces.ts';

/** Makes a workspace. Refuses a name that there is already: names are how operators tell them apart. */
export async function createWorkspace(
  { stores, now }: { stores: Stores; now: () => number },
  name: string,
): Promise<Workspace> {
  if (await stores.workspaces.findByName(name)) throw new Refusal('There is a workspace of this name already.');
  const workspace = { id: randomUUID(), name, createdAtMs: now() };
  await stores.commit([stores.workspaces.insertion(workspace)]);
  return workspace;
}
