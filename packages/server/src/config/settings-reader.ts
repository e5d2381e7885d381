import { readFileSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { isLoopbackHost } from '../domain/origin.ts';

/** Reads settings one by one and gathers what is wrong with them. */
export function settingsReader(env: NodeJS.ProcessEnv, faults: string[]) {
  const text = (name: string) => env[name]?.trim() || undefined;

  /** `NAME`, or the content of the file that `NAME_FILE` names, which only its owner may read. An optional one's may be empty. */
  const secret = (name: string, isOptional = false): string | undefined => {
    const path = text(`${name}_FILE`);
    if (!path) {
      if (!text(name) && !isOptional) faults.push(`${name} (or ${name}_FILE) is missing.`);
      return text(name);
    }
    try {
      if ((statSync(path).mode & 0o077) !== 0) {
        faults.push(`The file of ${name}_FILE can be read by others: chmod 600 it.`);
        return undefined;
      }
      const content = readFileSync(path, 'utf8').trim();
      if (content !== '' || isOptional) return content;
      faults.push(`The file of ${name}_FILE is empty.`);
    } catch {
      faults.push(`The file of ${name}_FILE cannot be read.`);
    }
    return undefined;
  };

  return {
    text,
    secret,
    key(name: string): Buffer {
      const value = secret(name);
      if (value === undefined) return Buffer.alloc(0);
      const key = Buffer.from(value, 'base64');
      const weakness = weaknessOf(value, key);
      if (weakness) faults.push(`${name} ${weakness}. Make one with: openssl rand -base64 32`);
      return key;
    },
    /** Keys that were in this place before, newest first, separated by commas, spaces or line ends. */
    oldKeys(name: string): Buffer[] {
      const values = (secret(name, true) ?? '').split(/[\s,]+/).filter((value) => value !== '');
      return values.map((value) => {
        const key = Buffer.from(value, 'base64');
        const weakness = weaknessOf(value, key);
        if (weakness) faults.push(`A key of ${name} ${weakness}.`);
        return key;
      });
    },
    number(name: string, otherwise: number, min: number, max: number): number {
      const value = text(name);
      if (value === undefined) return otherwise;
      const number = Number(value);
      if (Number.isInteger(number) && number >= min && number <= max) return number;
      faults.push(`${name} must be a whole number from ${min} to ${max}.`);
      return otherwise;
    },
    choice<const Option extends string>(name: string, options: readonly Option[], otherwise: Option): Option {
      const value = text(name);
      const found = options.find((option) => option === value);
      if (value !== undefined && !found) faults.push(`${name} must be one of ${options.join(', ')}.`);
      return found ?? otherwise;
    },
    networks(name: string): string[] {
      const entries = (text(name) ?? '').split(',').flatMap((entry) => entry.trim() || []);
      if (!entries.every(isNetwork)) faults.push(`${name} must list addresses or networks such as 10.0.0.0/8.`);
      return entries;
    },
    baseUrl(name: string): string {
      const value = text(name);
      if (!value) faults.push(`${name} is missing: the address under which browsers reach this server.`);
      else if (!URL.canParse(value) || new URL(value).origin !== value.replace(/\/$/, '')) {
        faults.push(`${name} must be an origin such as https://consent.example.in, without a path.`);
      } else if (!value.startsWith('https:') && !isLoopback(value)) faults.push(`${name} must be https.`);
      return (value ?? '').replace(/\/$/, '');
    },
    listen(name: string, otherwise: string): { host: string; port: number } {
      const value = text(name) ?? otherwise;
      const [, host = '', port = ''] = /^(.+):(\d{1,5})$/.exec(value) ?? [];
      if (!host || Number(port) > 65_535) faults.push(`${name} must be host:port.`);
      return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
    },
  };
}

/** `10.0.0.1`, `10.0.0.0/8`, `fd00::/8`. A prefix of 0 would believe everybody. */
function isNetwork(entry: string): boolean {
  const [address = '', prefix] = entry.split('/');
  const bits = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0;
  return bits > 0 && (prefix === undefined || (/^[1-9]\d{0,2}$/.test(prefix) && Number(prefix) <= bits));
}

/** Fewest different byte values among 32 random ones that are still believed; 32 random bytes have about 30. */
const distinctBytesMin = 16;

function weaknessOf(value: string, key: Buffer): string | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(value)) return 'is not base64';
  if (key.length !== 32) return 'must be 32 bytes in base64';
  if (new Set(key).size < distinctBytesMin) return 'is weak: too few different bytes to be random';
  if (/^[\x20-\x7e]+$/.test(key.toString('latin1'))) return 'is weak: it spells a text';
  return undefined;
}

/** Whether an address leads to this machine. */
export function isLoopback(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { hostname } = new URL(url);
  // To bind to 0.0.0.0 is to bind here.
  return isLoopbackHost(hostname) || hostname === '0.0.0.0';
}
