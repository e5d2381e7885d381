import { Command } from 'commander';
import { deliveriesCommand, testCommand } from './webhook-deliveries.ts';
import { webhookEndpointCommands } from './webhook-endpoints.ts';
import { webhooksCheckCommand } from './webhooks-check-command.ts';

/** `tijori webhooks …`: endpoints of a gateway, and the receiver behind one. */
export function webhooksCommand(): Command {
  const command = new Command('webhooks').description(
    'name, change, test and remove webhook endpoints, see how deliveries went, and check a receiver',
  );
  for (const inner of webhookEndpointCommands()) command.addCommand(inner);
  return command.addCommand(deliveriesCommand()).addCommand(testCommand()).addCommand(webhooksCheckCommand());
}
