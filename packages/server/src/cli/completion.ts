import { Argument, Command } from 'commander';
import { bashScript } from './completion/bash.ts';
import { fishScript } from './completion/fish.ts';
import { completionTree } from './completion/tree.ts';
import { zshScript } from './completion/zsh.ts';

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript };

/** `tijori completion`: a script made from the commands as they are, so that no key press has to start Node. */
export function completionCommand(): Command {
  const command = new Command('completion')
    .description('print a completion script for a shell')
    .addArgument(new Argument('<shell>', 'which shell').choices(Object.keys(scripts)))
    .addHelpText(
      'after',
      '\nBash: source <(tijori completion bash)\nZsh:  source <(tijori completion zsh)\nFish: tijori completion fish | source',
    )
    .action((shell: keyof typeof scripts) => {
      process.stdout.write(scripts[shell](completionTree(command.parent ?? command)));
    });
  return command;
}
