/** How `tijori <command>` can end. Scripts rely on the numbers; docs/cli.md is made from this table. */
export const exitCodes = {
  done: { code: 0, meaning: 'Done.' },
  fault: { code: 1, meaning: 'Something failed on this machine or inside Tijori, and the message says what.' },
  usage: { code: 2, meaning: 'Called wrongly, or a setting is missing or wrong. Nothing was done.' },
  refused: {
    code: 3,
    meaning: 'The gateway or a rule refused it: a wrong key, a field, the state that things are in.',
  },
  not_found: { code: 4, meaning: 'What the command names is not there.' },
  upstream: {
    code: 5,
    meaning:
      'No answer: the gateway cannot be reached or is busy, or EntityLocker behind it is. The same may work later.',
  },
  failed_check: { code: 6, meaning: 'The command checked something, and it is not as it should be.' },
  timeout: { code: 7, meaning: 'What was waited for did not happen in the time given.' },
  interrupted: { code: 130, meaning: 'Ctrl+C or SIGTERM ended it before it was done.' },
} as const satisfies Record<string, { code: number; meaning: string }>;

export type ExitName = keyof typeof exitCodes;
