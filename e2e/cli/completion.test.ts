import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { needs } from '../../scripts/needs.ts';
import { run } from './tijori.ts';

const exec = promisify(execFile);

/** What a user has typed up to the Tab, and words that must be offered then; no other word of `never` may be. */
const cases: readonly { typed: string; offered: readonly string[]; never: readonly string[] }[] = [
  { typed: 'tijori ', offered: ['dev', 'start', 'keys', 'workspaces', 'completion'], never: ['revoke'] },
  { typed: 'tijori ke', offered: ['keys'], never: ['workspaces'] },
  { typed: 'tijori keys ', offered: ['create', 'list', 'origins', 'revoke'], never: ['workspaces'] },
  { typed: 'tijori keys create --mode ', offered: ['test', 'live'], never: ['revoke', '--data'] },
  { typed: 'tijori keys create --', offered: ['--mode', '--workspace', '--json'], never: ['--port'] },
  { typed: 'tijori completion ', offered: ['bash', 'zsh', 'fish'], never: ['keys'] },
];

const bash = `
source "$1"
complete -p tijori >/dev/null || exit 1
read -ra COMP_WORDS <<< "$2"
[[ $2 == *' ' ]] && COMP_WORDS+=('')
COMP_CWORD=$(( \${#COMP_WORDS[@]} - 1 ))
_tijori 2>/dev/null
printf '%s\\n' "\${COMPREPLY[@]}"
`;

/** An interactive zsh in a terminal of its own, asked with the Tab key. */
const zsh = `
zmodload zsh/zpty
zpty sh "TERM=dumb PS1='> ' COLUMNS=500 zsh -f -i"
zpty -w sh "autoload -Uz compinit; compinit -u -D; source \${(q)1}; bindkey '^I' list-choices; print REA''DY"
zpty -r sh out '*READY*> '
zpty -w -n sh "$2"$'\\t'
zpty -w -n sh $'\\x15'"print DO""NE"$'\\n'
zpty -r sh out '*DONE*'
# What stands before the line that is typed again.
print -r -- "\${out%%> *}"
zpty -d sh
`;

describe('completion', () => {
  let dir: string;
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'tijori-completion-'));
  });
  after(() => rm(dir, { recursive: true }));

  async function scriptOf(shell: string): Promise<string> {
    const { code, stdout, stderr } = await run(['completion', shell]);
    assert.equal(code, 0, stderr);
    const path = join(dir, `completion.${shell}`);
    await writeFile(path, stdout);
    return path;
  }

  async function offers(ask: (typed: string) => Promise<{ stdout: string }>, { exact }: { exact: boolean }) {
    for (const { typed, offered, never } of cases) {
      const { stdout } = await ask(typed);
      // What stands before a description. Zsh puts short words into one line, and lists nothing where one is left.
      const lines = stdout.replaceAll(typed.trim(), '').split(/\r?\n/);
      const words = new Set(lines.flatMap((line) => (line.split(/\t| -- /)[0] ?? '').split(/\s+/)));
      if (exact || offered.length > 1)
        for (const word of offered) assert.ok(words.has(word), `${typed}→ ${word} in ${stdout}`);
      for (const word of never) assert.ok(!words.has(word), `${typed}→ no ${word} in ${stdout}`);
    }
  }

  it('works in bash', async (t) => {
    const program = needs(t, 'bash');
    if (!program) return;
    const script = await scriptOf('bash');
    await offers((typed) => exec(program, ['--norc', '-c', bash, 'bash', script, typed]), { exact: true });
  });

  it('works in zsh', async (t) => {
    const program = needs(t, 'zsh');
    if (!program) return;
    const script = await scriptOf('zsh');
    await offers((typed) => exec(program, ['-f', '-c', zsh, 'zsh', script, typed], { timeout: 120_000 }), {
      exact: false,
    });
  });

  it('works in fish', async (t) => {
    const program = needs(t, 'fish');
    if (!program) return;
    const script = await scriptOf('fish');
    const env = { ...process.env, HOME: dir, XDG_CONFIG_HOME: dir };
    await offers(
      (typed) => exec(program, ['--no-config', '-c', 'source $argv[1]; complete -C $argv[2]', script, typed], { env }),
      {
        exact: true,
      },
    );
  });

  it('knows no other shell', async () => {
    const { code, stderr } = await run(['completion', 'csh']);
    assert.equal(code, 2);
    assert.match(stderr, /Allowed choices are bash, zsh, fish/);
  });
});
