import { Command } from 'commander';
import type { Workspace } from '../stores/workspaces.ts';
import { createWorkspace } from '../usecases/keys/create-workspace.ts';
import { dataOption } from './data-option.ts';
import { withStores } from './key-store.ts';
import { workspaceName } from './option-values.ts';
import { momentText, openOutput } from './output.ts';
import type { Column } from './table.ts';

interface DataOptions {
  data: string;
  json?: boolean;
}

/** `tijori workspaces …`: works on the data folder, as `keys` does. */
export function workspacesCommand(): Command {
  return new Command('workspaces')
    .description('make and list workspaces: who integrates, by the name that the consent page shows')
    .addCommand(createCommand())
    .addCommand(listCommand());
}

function createCommand(): Command {
  return new Command('create')
    .description('make a workspace; "keys create --workspace <name>" makes one, too')
    .argument('<name>', 'registered name shown on the consent page', workspaceName)
    .addOption(dataOption())
    .action(async (name: string, { data, json }: DataOptions) => {
      const workspace = await withStores(data, (stores) => createWorkspace({ stores, now: Date.now }, name), {
        make: true,
      });
      openOutput({ json }).one(workspaceJson(workspace), [
        ['Workspace', workspace.name],
        ['Id', workspace.id],
      ]);
    });
}

const columns: readonly Column<Workspace>[] = [
  { title: 'WORKSPACE', text: ({ id }) => id },
  { title: 'CREATED', text: ({ createdAtMs }) => momentText(createdAtMs) },
  { title: 'NAME', text: ({ name }) => name, mayShrink: true },
];

function listCommand(): Command {
  return new Command('list')
    .description('list workspaces, oldest first')
    .addOption(dataOption())
    .action(async ({ data, json }: DataOptions) => {
      const workspaces = await withStores(data, (stores) => stores.workspaces.list());
      const none = 'No workspaces. Make one with "tijori workspaces create <name>".';
      openOutput({ json }).list(workspaces, { columns, json: workspaceJson, none });
    });
}

function workspaceJson({ id, name, createdAtMs }: Workspace): object {
  return { workspace_id: id, name, created_at: new Date(createdAtMs).toISOString() };
}
