import type { BrowserContext, Response } from 'playwright-core';

/** All that one browser has sent, received and complained about. */
export interface Witness {
  /** Console errors and warnings, uncaught errors, violations of a content security policy. */
  complaints: string[];
  /** Waits until what has arrived so far is written down. Call it before leaving a page: its body goes with it. */
  settled(): Promise<void>;
  /** Everything seen: addresses, headers and bodies of requests and answers. */
  seen(): { url: string; text: string }[];
  /** Pages whose text could not be written down, so that nothing can be said about them. */
  missed(): string[];
}

export async function witness(context: BrowserContext): Promise<Witness> {
  const complaints: string[] = [];
  const records: { url: string; text: string }[] = [];
  const missing: string[] = [];
  let open: Promise<void>[] = [];

  const write = async (response: Response) => {
    const request = response.request();
    const record = async (kind: string, read: () => Promise<unknown> | unknown) => {
      records.push({ url: request.url(), text: `${kind}: ${JSON.stringify(await read())}` });
    };
    await record('request', () => [request.method(), request.url(), request.postData()]);
    await record('request headers', () => request.allHeaders());
    await record('answer headers', () => response.allHeaders());
    const isPage = response.status() === 200 && (await response.headerValue('content-type'))?.startsWith('text/');
    if (!isPage) return;
    await response.text().then(
      (text) => records.push({ url: request.url(), text }),
      () => missing.push(request.url()),
    );
  };
  context.on('response', (response) => {
    // A window of the SDK closes itself, and what it was just reading goes with it.
    open.push(write(response).catch(() => void missing.push(response.url())));
  });
  context.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  context.on('weberror', (error) => complaints.push(String(error.error())));
  await context.addInitScript(
    "addEventListener('securitypolicyviolation', (event) => console.error('CSP', event.violatedDirective, event.blockedURI))",
  );
  const settled = async () => {
    const now = open;
    open = [];
    await Promise.all(now);
  };
  return { complaints, settled, seen: () => records, missed: () => missing };
}
