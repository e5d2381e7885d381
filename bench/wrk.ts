import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Load, Measured } from './load.ts';

/** How long an answer may take, s: slower is none. */
const answerSecondsMax = 60;

interface Plan {
  baseUrl: string;
  load: Load;
  seconds: number;
  connections: number;
}

/** Runs wrk for some seconds. Rejects for answers above 399, broken connections, and an answer that does not come. */
export async function runWrk(program: string, { baseUrl, load, seconds, connections }: Plan): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'tijori-wrk-'));
  const script = join(folder, 'load.lua');
  const options = {
    threads: '1',
    connections: String(connections),
    duration: `${seconds}s`,
    timeout: `${answerSecondsMax}s`,
    script,
  };
  try {
    // It holds a token.
    await writeFile(script, luaOf(load), { mode: 0o600 });
    const words = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
    const { stdout } = await promisify(execFile)(program, [...words, baseUrl]);
    const told = JSON.parse(stdout.slice(stdout.lastIndexOf('\n{') + 1)) as Told;
    const { connect, read, write, status, timeout } = told.errors;
    if (told.requests === 0 || connect + read + write + status + timeout > 0) {
      throw new Error(`unexpected answers: ${JSON.stringify(told)}`);
    }
    return { perSecond: told.requests / (told.durationUs / 1e6), p99Ms: told.p99Us / 1000 };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** What the script prints at the end. */
interface Told {
  requests: number;
  durationUs: number;
  p99Us: number;
  /** `status` are answers above 399 (wrk, SCRIPTING). */
  errors: Record<'connect' | 'read' | 'write' | 'status' | 'timeout', number>;
}

/** The requests are written once, so that none costs more than sending it. */
function luaOf({ method, paths, headers, body }: Load): string {
  const text = (value: string) => JSON.stringify(value);
  const heads = Object.entries(headers).map(([name, value]) => `[${text(name)}]=${text(value)}`);
  return `local paths = {${paths.map(text).join(',')}}
local headers = {${heads.join(',')}}
local requests, turn = {}, 0
function init()
  for place, path in ipairs(paths) do requests[place] = wrk.format(${text(method)}, path, headers, ${body === undefined ? 'nil' : text(body)}) end
end
function request()
  turn = turn % #requests + 1
  return requests[turn]
end
function done(summary, latency)
  local e = summary.errors
  io.write(string.format('\\n{"requests":%d,"durationUs":%d,"p99Us":%d,"errors":{"connect":%d,"read":%d,"write":%d,"status":%d,"timeout":%d}}\\n',
    summary.requests, summary.duration, latency:percentile(99), e.connect, e.read, e.write, e.status, e.timeout))
end
`;
}
