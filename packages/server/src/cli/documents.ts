import { Command } from 'commander';
import { documentsGetCommand } from './documents-get.ts';
import { documentsVerifyCommand } from './documents-verify.ts';

/** `tijori documents …`: fetch them, and judge them. */
export function documentsCommand(): Command {
  return new Command('documents')
    .description('fetch the documents of a session; judge the signature of a file')
    .addCommand(documentsGetCommand())
    .addCommand(documentsVerifyCommand());
}
