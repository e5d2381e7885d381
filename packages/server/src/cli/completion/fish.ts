import type { CommandNode, Value } from './tree.ts';

/** A completion script for fish, with descriptions. */
export function fishScript(nodes: readonly CommandNode[]): string {
  const steps = nodes.flatMap(({ path, inner }) => inner.map(({ name }) => `${path} ${name}`));
  return `# Completion of tijori for fish. Load it with: tijori completion fish | source
function __tijori_path
    set -l path tijori
    for word in (commandline -opc)[2..-1]
        if contains -- "$path $word" ${steps.map(quoted).join(' ')}
            set path "$path $word"
        end
    end
    echo $path
end
function __tijori_at
    test (__tijori_path) = "$argv"
end
complete -c tijori -f
${nodes.flatMap(fishLines).join('\n')}
`;
}

function fishLines({ path, inner, options, args }: CommandNode): string[] {
  const here = `complete -c tijori -n ${quoted(`__tijori_at ${path}`)}`;
  return [
    ...inner.map(({ name, description }) => `${here} -a ${quoted(name)} -d ${quoted(description)}`),
    ...options.map(({ flags, description, value }) => {
      const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
      return [here, ...names, value ? words(value, '-x') : '', '-d', quoted(description)].filter(Boolean).join(' ');
    }),
    ...args.slice(0, 1).flatMap((value) => (value.kind === 'any' ? [] : [`${here} ${words(value, '')}`])),
  ];
}

/** How fish is told of a value; \`only\` keeps it from offering files as well. */
function words(value: Value, only: string): string {
  if (value.kind === 'words') return `${only} -a ${quoted(value.words.join(' '))}`.trim();
  if (value.kind === 'dir') return `${only} -a '(__fish_complete_directories)'`.trim();
  return value.kind === 'file' ? `${only === '' ? '' : '-r '}-F` : only;
}

function quoted(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`;
}
