import type { CommandNode, Value } from './tree.ts';

/** A completion script for zsh, with descriptions. */
export function zshScript(nodes: readonly CommandNode[]): string {
  const steps = nodes.flatMap(({ path, inner }) => inner.map(({ name }) => `${path} ${name}`));
  return `#compdef tijori
# Completion of tijori for zsh. Load it with: source <(tijori completion zsh)
_tijori() {
  local tijori_path=tijori word i at=1
  for ((i = 2; i < CURRENT; i++)); do
    word=$words[i]
    case "$tijori_path $word" in
      (${steps.map(pattern).join('|')}) tijori_path="$tijori_path $word"; at=$i ;;
    esac
  done
  # _arguments sees the innermost command as the first word.
  words=("\${(@)words[at,-1]}")
  (( CURRENT -= at - 1 ))
  case $tijori_path in
${nodes.map(zshCase).join('\n')}
  esac
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _tijori "$@"; else compdef _tijori tijori; fi
`;
}

function zshCase({ path, inner, options, args }: CommandNode): string {
  const specs = options.flatMap(({ flags, description, value }) =>
    flags.map((flag) =>
      quoted(`${value ? '*' : ''}${flag}[${escaped(description)}]${value ? `:value:${action(value)}` : ''}`),
    ),
  );
  const words = inner.map(({ name, description }) => `${name}\\:${quotedWord(description)}`);
  const places =
    inner.length > 0
      ? [quoted(`1:command:((${words.join(' ')}))`)]
      : args.map((arg, i) => quoted(`${i + 1}:value:${action(arg)}`));
  return `    (${pattern(path)}) _arguments ${[...specs, ...places].join(' ')} ;;`;
}

function action(value: Value): string {
  if (value.kind === 'words') return `(${value.words.join(' ')})`;
  if (value.kind === 'dir') return '_files -/';
  return value.kind === 'file' ? '_files' : ' ';
}

/** For a description in brackets. */
function escaped(text: string): string {
  return text.replace(/[[\]:\\]/g, '\\$&');
}

/** For a description in the list of words. */
function quotedWord(text: string): string {
  return `"${text.replace(/["\\$`]/g, '\\$&').replaceAll(':', '\\:')}"`;
}

/** A path as a pattern: only its spaces mean something. */
function pattern(path: string): string {
  return path.replaceAll(' ', '\\ ');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
