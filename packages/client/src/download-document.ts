import { errorOf } from './answer-error.ts';
import type { CallOptions } from './call.ts';
import { type Deadline, startDeadline } from './deadline.ts';
import { announcedSha256, sha256Of } from './digest.ts';
import { parsed, readText, watch } from './exchange.ts';
import type { Settings } from './options.ts';
import { retryDelay } from './retry.ts';
import { TijoriError } from './tijori-error.ts';
import type { DriveFile } from './types.ts';

/** Opens a file's link. What is handed out checks size and digest as it is read, and errors instead of ending. */
export async function downloadDocument(
  settings: Settings,
  file: Pick<DriveFile, 'url' | 'size'>,
  options: CallOptions = {},
): Promise<ReadableStream<Uint8Array>> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await open(settings, file, attempt, options);
    } catch (error) {
      const delayMs = retryDelay(error, attempt, settings);
      if (delayMs === null) throw error;
      await settings.clock.sleep(delayMs, options.signal);
    }
  }
}

async function open(
  settings: Settings,
  { url, size }: Pick<DriveFile, 'url' | 'size'>,
  attempt: number,
  { signal, timeoutMs = settings.timeoutMs }: CallOptions,
): Promise<ReadableStream<Uint8Array>> {
  // The query is the key to the document.
  const shownUrl = url.replace(/\?.*$/s, '?[redacted]');
  const watched = watch(settings, {
    operation: 'downloadDocument',
    attempt,
    method: 'GET',
    url: shownUrl,
    headers: {},
  });
  const deadline = startDeadline(timeoutMs, signal);
  try {
    // No credential goes along: the link is enough, and it may lead to somebody else's storage.
    const response = await settings.fetch(url, { method: 'GET', signal: deadline.signal });
    const { status, headers } = response;
    if (!response.ok) {
      const answer = { status, headers, body: parsed(await readText(response)) };
      watched.answered(answer);
      throw errorOf(answer, settings.clock.now());
    }
    watched.answered({ status, headers, body: undefined });
    deadline.stop();
    return checked(response, size, deadline, shownUrl);
  } catch (error) {
    deadline.end();
    const reason = deadline.explain(error, `GET ${shownUrl}`);
    if (!(error instanceof TijoriError)) watched.failed(reason);
    throw reason;
  }
}

/** The answer's bytes as they come, with an error in the place of a wrong end. */
function checked(response: Response, size: number, deadline: Deadline, what: string): ReadableStream<Uint8Array> {
  const { status, headers } = response;
  const transactionId = headers.get('x-transaction-id');
  const broken = (code: 'size_mismatch' | 'digest_mismatch', text: string) =>
    new TijoriError(`${what} ${text}`, { code, status, transactionId, retryable: true });
  const expected = announcedSha256(headers);
  const reader = response.body?.getReader();
  // Kept only where there is a digest to compare: Web Crypto cannot hash piece by piece.
  const parts: Uint8Array[] = [];
  let bytes = 0;

  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
    deadline.restart();
    const next = await reader?.read();
    deadline.stop();
    if (next && !next.done) {
      bytes += next.value.byteLength;
      if (bytes > size) throw broken('size_mismatch', `has more than the ${size} bytes announced`);
      if (expected) parts.push(next.value.slice());
      return controller.enqueue(next.value);
    }
    if (bytes < size) throw broken('size_mismatch', `has ${bytes} of the ${size} bytes announced`);
    if (expected && (await sha256Of(parts)) !== expected)
      throw broken('digest_mismatch', 'has not the SHA-256 announced');
    deadline.end();
    controller.close();
  };

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          await pull(controller);
        } catch (error) {
          deadline.end();
          // A wrong file is not read on; that its connection may be gone already is no second error.
          void reader?.cancel().catch(() => {});
          throw deadline.explain(error, what);
        }
      },
      async cancel(reason) {
        deadline.end();
        await reader?.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
