import { Command } from 'commander';
import { webhookEndpointCommands } from './webhook-endpoints.ts';
import { webhooksCheckCommand } from './webhooks-check-command.ts';

/** `tijori webhooks …`: endpoints of a gateway, and the receiver behind one. */
export function webhooksCommand(): Command {
  const command = new Command('webhooks').description(
    'name, change and remove webhook endpoints, and check a receiver',
  );
  for (const inner of webhookEndpointCommands()) command.addCommand(inner);
  return command.addCommand(webhooksCheckCommand());
}
