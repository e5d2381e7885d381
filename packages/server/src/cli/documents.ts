import { Command } from 'commander';
import { documentsGetCommand } from './documents-get.ts';

/** `tijori documents …`: the documents of a session. */
export function documentsCommand(): Command {
  return new Command('documents').description('fetch the documents of a session').addCommand(documentsGetCommand());
}
