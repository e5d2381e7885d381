import type { Command } from 'commander';
import { auditCommand } from './audit.ts';
import { backupCommand } from './backup.ts';
import { completionCommand } from './completion.ts';
import { devCommand } from './dev-command.ts';
import { doctorCommand } from './doctor.ts';
import { documentsCommand } from './documents.ts';
import { eventsCommand } from './events.ts';
import { evidenceCommand } from './evidence.ts';
import { keysCommand } from './keys.ts';
import { listenCommand } from './listen.ts';
import { migrateCommand } from './migrate.ts';
import { recordCommand } from './record.ts';
import { restoreCommand } from './restore.ts';
import { secretsCommand } from './secrets.ts';
import { sessionsCommand } from './sessions.ts';
import { simulateCommand } from './simulate.ts';
import { simulatorCommand } from './simulator.ts';
import { startCommand } from './start.ts';
import { triggerCommand } from './trigger.ts';
import { webhooksCommand } from './webhooks.ts';
import { workspacesCommand } from './workspaces.ts';

/** Every command of `tijori`, in the order of its help. Help, completion and docs/cli.md are made from it. */
export const commands: readonly (() => Command)[] = [
  devCommand,
  startCommand,
  simulatorCommand,
  recordCommand,
  migrateCommand,
  backupCommand,
  restoreCommand,
  doctorCommand,
  secretsCommand,
  keysCommand,
  workspacesCommand,
  auditCommand,
  evidenceCommand,
  sessionsCommand,
  documentsCommand,
  simulateCommand,
  eventsCommand,
  listenCommand,
  triggerCommand,
  webhooksCommand,
  completionCommand,
];
