import { spawn } from 'node:child_process';

/** Asks the desktop to show an address. Without a desktop nothing happens: the address was printed. */
export function openInBrowser(url: string): void {
  const [program = '', ...args] = openers[process.platform] ?? ['xdg-open'];
  const child = spawn(program, [...args, url], { stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
}

const openers: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: ['open'],
  // `start` would read the & of an address as the end of the command.
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};
