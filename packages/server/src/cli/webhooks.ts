import { Command } from 'commander';
import { webhooksCheckCommand } from './webhooks-check-command.ts';

/** `tijori webhooks …`: endpoints of a gateway, and the receiver behind one. */
export function webhooksCommand(): Command {
  return new Command('webhooks').description('check a webhook receiver').addCommand(webhooksCheckCommand());
}
