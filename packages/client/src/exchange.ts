import { type Answer, errorOf, isSuccess, transactionIdOf } from './answer-error.ts';
import { startDeadline } from './deadline.ts';
import { type ReceivedResponse, redacted, type SentRequest, tell } from './hooks.ts';
import type { Settings } from './options.ts';
import { TijoriError } from './tijori-error.ts';

/** One attempt: what is sent, and what hooks call it. */
export interface Attempt {
  operation: string;
  attempt: number;
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string | undefined;
}

/** Longest answer that is read, bytes: a page of 100 sessions with all the metadata they may have is under 2 MB. */
const answerBytesMax = 8 * 1024 * 1024;

/** Sends one request and reads its answer to the end, both within the time of one attempt. */
export async function exchange(
  settings: Settings,
  attempt: Attempt,
  { signal, timeoutMs = settings.timeoutMs }: { signal?: AbortSignal | undefined; timeoutMs?: number | undefined },
): Promise<Answer> {
  const { url, method, headers, body } = attempt;
  const deadline = startDeadline(timeoutMs, signal);
  const watched = watch(settings, attempt);
  try {
    const response = await settings.fetch(url, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
      signal: deadline.signal,
      // Followed, a redirect would carry key and secret to wherever it points.
      redirect: 'manual',
    });
    const answer = { status: response.status, headers: response.headers, body: parsed(await readText(response)) };
    watched.answered(answer);
    return answer;
  } catch (error) {
    const reason = deadline.explain(error, `${method} ${url}`);
    watched.failed(reason);
    throw reason;
  } finally {
    deadline.end();
  }
}

/** Tells the hooks about one attempt. */
export function watch({ hooks, clock }: Settings, { body: _, ...attempt }: Attempt) {
  const request: SentRequest = { ...attempt, headers: redacted(Object.entries(attempt.headers)) };
  const startMs = clock.now();
  tell(hooks.onRequest, request);
  const end = (outcome: Pick<ReceivedResponse, 'status' | 'errorCode' | 'transactionId' | 'responseHeaders'>) =>
    tell(hooks.onResponse, { ...request, ...outcome, durationMs: clock.now() - startMs });
  return {
    answered(answer: Answer): void {
      const { status, headers } = answer;
      const errorCode = isSuccess(status) ? null : errorOf(answer, startMs).code;
      const transactionId = transactionIdOf(answer);
      end({ status, errorCode, transactionId, responseHeaders: redacted(headers.entries()) });
    },
    failed(reason: unknown): void {
      const errorCode = reason instanceof TijoriError ? reason.code : 'aborted';
      end({ status: null, errorCode, transactionId: null, responseHeaders: {} });
    },
  };
}

/** The body as text, up to a bound. */
export async function readText(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    bytes += value.byteLength;
    if (bytes > answerBytesMax) {
      await reader.cancel();
      throw new TijoriError('The answer is too long to be one of this API', { code: 'unexpected_answer' });
    }
    text += decoder.decode(value, { stream: true });
  }
  return text + decoder.decode();
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
