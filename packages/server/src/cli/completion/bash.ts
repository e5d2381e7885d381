import type { CommandNode, Value } from './tree.ts';

/** A completion script for bash 4.4 or newer; needs nothing of the bash-completion package. */
export function bashScript(nodes: readonly CommandNode[]): string {
  const steps = nodes.flatMap(({ path, inner }) => inner.map(({ name }) => `${path} ${name}`));
  const values = nodes.flatMap(({ path, options }) =>
    options.flatMap(({ flags, value }) => (value ? flags.map((flag) => ({ place: `${path}:${flag}`, value })) : [])),
  );
  return `# Completion of tijori for bash. Load it with: source <(tijori completion bash)
_tijori() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} path=tijori at=0 i word
  # Bash splits --mode=test into three words.
  if [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then prev=\${COMP_WORDS[COMP_CWORD-2]}; fi
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    case "$path $word" in
      ${steps.map(quoted).join(' | \\\n      ')}) path="$path $word"; at=$i ;;
    esac
  done
  case "$path:$prev" in
${values.map(({ place, value }) => `    ${quoted(place)}) ${bashReply(value)}; return ;;`).join('\n')}
  esac
  if [[ $cur == -* ]]; then
    case $path in
${nodes.map(({ path, options }) => `      ${quoted(path)}) COMPREPLY=($(compgen -W ${quoted(options.flatMap(({ flags }) => flags).join(' '))} -- "$cur")) ;;`).join('\n')}
    esac
    return
  fi
  case $path in
${nodes.map((node) => `    ${quoted(node.path)}) ${bashReply(wordsOf(node))} ;;`).join('\n')}
  esac
}
complete -F _tijori tijori
`;
}

/** What can come next that is no option: inner commands, else the first argument's value. */
function wordsOf({ inner, args }: CommandNode): Value {
  if (inner.length > 0) return { kind: 'words', words: inner.map(({ name }) => name) };
  return args[0] ?? { kind: 'any' };
}

function bashReply(value: Value): string {
  if (value.kind === 'words') return `COMPREPLY=($(compgen -W ${quoted(value.words.join(' '))} -- "$cur"))`;
  if (value.kind === 'any') return ':';
  return `compopt -o filenames; mapfile -t COMPREPLY < <(compgen -${value.kind === 'dir' ? 'd' : 'f'} -- "$cur")`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
