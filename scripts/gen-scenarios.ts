/** `node scripts/gen-scenarios.ts`: writes docs/scenarios.md from the simulator's table. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listScenarios } from '@tijori/simulator';

export const scenariosPath = join(import.meta.dirname, '..', 'docs', 'scenarios.md');

const head = `# Scenarios of the simulator

Made by \`node scripts/gen-scenarios.ts\` from the simulator's own table: do not edit.

Every outcome can be chosen for one authorization request by the parameter \`x_simulator_scenario=<name>\`, by signing in
with its number where it has one, in the test bar at the foot of every page, or by adding
\`?x_simulator_scenario=<name>\` to the address of a page. An unknown name is a 400 that lists the names. The choice is
kept with the request and with everything that it leads to, so parallel tests do not meet.

**End** is how a session of a gateway ends: \`succeeded\`, \`failed\`, \`expired\`, or \`open\` until it expires. **Who** is
who brings it about: where the caller does, or both do, the last table says what has to be done.
`;

/** The whole file. Pure, so that a test can compare. */
export function scenariosDocument(): string {
  const scenarios = listScenarios();
  const rows = scenarios.map((s) =>
    row([`\`${s.name}\``, s.end, s.at, s.userSees, s.clientGets, s.actor, s.mobile ?? '']),
  );
  const deeds = scenarios.flatMap((s) => (s.caller === undefined ? [] : [row([`\`${s.name}\``, s.caller])]));
  const columns = ['Name', 'End', 'Where', 'What the user sees', 'What the client gets', 'Who', 'Number'];
  const main = table(columns, rows);
  return `${head}\n${main}\n\n## What the caller does\n\n${table(['Name', 'To do'], deeds)}\n`;
}

function table(columns: readonly string[], rows: readonly string[]): string {
  return [row(columns), row(columns.map(() => '---')), ...rows].join('\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

if (import.meta.main) writeFileSync(scenariosPath, scenariosDocument());
