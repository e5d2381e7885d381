import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { type ErrorCode, errorCatalogue } from '@tijori/wire';
import { AppError } from '../domain/app-error.ts';
import type { Deps } from '../usecases/deps.ts';
import { dueAnswer } from './due-answer.ts';

/** How much of what comes after a refusal is still taken in, bytes … */
export const discardBytesMax = 8 * 1024 * 1024;
/** … and for how long, ms. */
export const discardMsMax = 2_000;

const refusal = Symbol('why the connection was refused');
const halfHeard = Symbol('answered before the request was over');

/** A connection with what we remember of it: only of those that go wrong, so that the others cost nothing. */
interface Connection extends Socket {
  [refusal]?: { error: AppError; bytesRead: number };
  [halfHeard]?: boolean;
}

/** Whether the latest request has an answer although it is still coming in: then nothing more is said about it. */
export function setHalfHeard(socket: Connection, is: boolean): void {
  socket[halfHeard] = is;
}

/** From now on nothing that comes over this connection is a request. */
export function refuseMore(socket: Connection, error: AppError): void {
  socket[refusal] ??= { error, bytesRead: socket.bytesRead };
}

/** Why nothing more is taken from this connection. */
export function refusalOf(socket: Connection): AppError | undefined {
  return socket[refusal]?.error;
}

/** After these the bytes that follow mean nothing certain: the connection ends with the answer. */
const closing: ReadonlySet<ErrorCode> = new Set(['malformed_request', 'headers_too_large', 'request_timeout']);

export function closesConnection(error: AppError): boolean {
  return closing.has(error.code);
}

/**
 * The way out for what Node's own parser refuses, before there is a request or in the middle of its body: the
 * catalogue's envelope and the end of the connection, but never before the answers that are still due on it.
 */
export function connectionRefusals({ log, now }: Pick<Deps, 'log' | 'now'>) {
  const refuse = (socket: Connection, code: ErrorCode, detail: string) => {
    const error = new AppError(code, { detail });
    refuseMore(socket, error);
    const settle = () => {
      const due = dueAnswer(socket);
      // Node puts the next answer in the place of the last before it tells us of its end.
      if (due?.req.complete) return void due.once('finish', settle);
      // The latest request itself is at fault, in its body. Whoever reads that, now or soon, gives the answer.
      if (due) {
        due.once('finish', () => closeGently(socket));
        if (due.req.listenerCount('error') > 0) due.req.emit('error', error);
        return;
      }
      if (socket[halfHeard]) return closeGently(socket);
      const transactionId = randomUUID();
      log.info({ tx: transactionId, code, detail }, 'connection refused');
      closeGently(socket, answerText(code, transactionId, now()));
    };
    settle();
  };

  const answerClientError = (error: Error & { code?: string }, socket: Connection) => {
    // What comes after `Connection: close` is nothing; the connection ends with the answer that is on its way.
    if (error.code === 'HPE_CLOSED_CONNECTION') return;
    const code = codeOf(error.code ?? '');
    if (!code || !socket.writable) return void socket.destroy();
    const known = socket[refusal];
    if (!known) return refuse(socket, code, error.code ?? '');
    // Node's parser says so again with every piece that still comes in.
    if (socket.bytesRead - known.bytesRead > discardBytesMax) socket.destroy();
  };

  return { refuse, answerClientError };
}

/** The catalogue's word for a fault of Node's parser or clock; undefined for one of the line, where nobody is left. */
function codeOf(code: string): ErrorCode | undefined {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'request_timeout';
  if (code === 'HPE_HEADER_OVERFLOW') return 'headers_too_large';
  return code.startsWith('HPE_') ? 'malformed_request' : undefined;
}

function answerText(code: ErrorCode, transactionId: string, timestamp: number): string {
  const { status, message } = errorCatalogue[code];
  const body = JSON.stringify({ code: status, timestamp, message, transaction_id: transactionId });
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'cache-control: no-store',
    `x-error-code: ${code}`,
    `x-transaction-id: ${transactionId}`,
    `date: ${new Date(timestamp).toUTCString()}`,
    'connection: close',
    '',
    body,
  ].join('\r\n');
}

/**
 * Says the last word and takes in for a moment what the client is still sending: closing at once would reset the
 * connection, and many clients would then never see the answer.
 */
function closeGently(socket: Socket, text = ''): void {
  if (socket.destroyed) return;
  const timer = setTimeout(() => socket.destroy(), discardMsMax);
  socket.once('close', () => clearTimeout(timer));
  socket.end(text);
  socket.resume();
}
