import type { Command } from 'commander';

/**
 * Every command of `tijori`, in the order of its help. Help, completion and docs/cli.md are made from it. Each is loaded when it is
 * needed: all of them together are a thousand files.
 */
export const commands: Readonly<Record<string, () => Promise<Command>>> = {
  dev: async () => (await import('./dev-command.ts')).devCommand(),
  start: async () => (await import('./start.ts')).startCommand(),
  simulator: async () => (await import('./simulator.ts')).simulatorCommand(),
  record: async () => (await import('./record.ts')).recordCommand(),
  migrate: async () => (await import('./migrate.ts')).migrateCommand(),
  backup: async () => (await import('./backup.ts')).backupCommand(),
  restore: async () => (await import('./restore.ts')).restoreCommand(),
  doctor: async () => (await import('./doctor.ts')).doctorCommand(),
  secrets: async () => (await import('./secrets.ts')).secretsCommand(),
  keys: async () => (await import('./keys.ts')).keysCommand(),
  workspaces: async () => (await import('./workspaces.ts')).workspacesCommand(),
  audit: async () => (await import('./audit.ts')).auditCommand(),
  evidence: async () => (await import('./evidence.ts')).evidenceCommand(),
  sessions: async () => (await import('./sessions.ts')).sessionsCommand(),
  documents: async () => (await import('./documents.ts')).documentsCommand(),
  simulate: async () => (await import('./simulate.ts')).simulateCommand(),
  events: async () => (await import('./events.ts')).eventsCommand(),
  listen: async () => (await import('./listen.ts')).listenCommand(),
  trigger: async () => (await import('./trigger.ts')).triggerCommand(),
  webhooks: async () => (await import('./webhooks.ts')).webhooksCommand(),
  completion: async () => (await import('./completion.ts')).completionCommand(),
};
