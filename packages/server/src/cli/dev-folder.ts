import { randomBytes, randomInt } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Secrets } from '../config.ts';
import { apiKeyPattern, apiSecretPattern } from '../domain/api-key.ts';
import { writeAtomically } from './write-atomically.ts';

/** What `tijori dev` makes once and keeps in its data folder, so that a restart goes on where it was. */
export interface DevFolder {
  secrets: Secrets;
  /** Our registration at the simulator. */
  client: { id: string; secret: string };
  /** The simulator's own port: free when it was chosen, and kept. */
  simulatorPort: number;
}

/** What a developer needs to call the API; the only place where the secret stands in the clear. */
export interface DevCredentials {
  base_url: string;
  api_key: string;
  api_secret: string;
}

interface SecretsFile {
  master_key: string;
  token_key: string;
  link_key: string;
  client_id: string;
  client_secret: string;
  simulator_port: number;
}

/** Opens the folder's secrets, or makes them. */
export async function openDevFolder(dataDir: string): Promise<DevFolder> {
  const path = secretsPath(dataDir);
  let file = readJson<SecretsFile>(path);
  if (!file || !(await isFree(file.simulator_port))) {
    file = { ...(file ?? newSecrets()), simulator_port: await steadyPort() };
    writeAtomically(path, `${JSON.stringify(file, null, 2)}\n`);
  }
  return {
    secrets: secretsOf(file),
    client: { id: file.client_id, secret: file.client_secret },
    simulatorPort: file.simulator_port,
  };
}

/** The secrets of a folder that belongs to `tijori dev`; undefined for any other. */
export function readDevSecrets(dataDir: string): Secrets | undefined {
  const file = readJson<SecretsFile>(secretsPath(dataDir));
  return file && secretsOf(file);
}

export function isDevFolder(dataDir: string): boolean {
  return existsSync(secretsPath(dataDir));
}

function secretsPath(dataDir: string): string {
  return join(dataDir, 'dev-secrets.json');
}

function secretsOf({ master_key, token_key, link_key }: SecretsFile): Secrets {
  const [masterKey, tokenKey, linkKey] = [master_key, token_key, link_key].map((text) => Buffer.from(text, 'base64'));
  if (!masterKey || !tokenKey || !linkKey) throw new Error('a key is missing');
  return { masterKey, tokenKey, linkKey };
}

export function readDevCredentials(dataDir: string): DevCredentials | undefined {
  const found = readJson<DevCredentials>(credentialsPath(dataDir));
  const whole = found && apiKeyPattern.test(found.api_key) && apiSecretPattern.test(found.api_secret);
  return whole ? found : undefined;
}

export function writeDevCredentials(dataDir: string, credentials: DevCredentials): void {
  const path = credentialsPath(dataDir);
  const text = `${JSON.stringify(credentials, null, 2)}\n`;
  // Where nothing is new a full disk is no reason not to start.
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
  writeAtomically(path, text);
}

export function credentialsPath(dataDir: string): string {
  return join(dataDir, 'dev-credentials.json');
}

function newSecrets(): Omit<SecretsFile, 'simulator_port'> {
  const key = () => randomBytes(32).toString('base64');
  return {
    master_key: key(),
    token_key: key(),
    link_key: key(),
    client_id: randomBytes(5).toString('hex').toUpperCase(),
    client_secret: randomBytes(20).toString('hex'),
  };
}

function readJson<Content>(path: string): Content | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Content;
  } catch {
    throw new Error(`${path} is not readable JSON. Mend it, or remove it together with the data folder.`);
  }
}

/** A loopback port that nobody listens on right now. */
export async function freePort(): Promise<number> {
  return (await probe(0)) ?? Promise.reject(new Error('no free port on 127.0.0.1'));
}

/** Below the ports that systems hand out by themselves, so that nobody gets it while the server is down: pages that wait lead there. */
const steadyPorts = { first: 20_000, count: 10_000, tries: 100 };

async function steadyPort(): Promise<number> {
  const { first, count, tries } = steadyPorts;
  for (let left = tries; left > 0; left -= 1) {
    const port = first + randomInt(count);
    if (await isFree(port)) return port;
  }
  return freePort();
}

async function isFree(port: number): Promise<boolean> {
  return (await probe(port)) !== undefined;
}

function probe(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : undefined));
    });
  });
}
