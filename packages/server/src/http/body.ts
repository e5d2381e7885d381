import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../domain/app-error.ts';
import { discardBytesMax, discardMsMax, refusalOf, setHalfHeard } from './connection-refusals.ts';
import { noteBody } from './idempotency.ts';
import { parseStrictJson, readUtf8Strict } from './strict-json.ts';

/** Largest body of an API call, bytes; the largest honest one has a few hundred. */
export const bodyBytesMax = 64 * 1024;

/**
 * JSON bodies for every route of this scope. `application/json` with any parameters and an absent `Content-Type` are
 * JSON; any other type is an invalid body, as the vendor has no 415 (sandbox-api §1.1, §9 no. 1).
 */
export function readJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', readJson);
  app.addContentTypeParser('*', (request: FastifyRequest, payload: IncomingMessage, done: Done<unknown>) => {
    if (request.headers['content-type'] === undefined) return readJson(request, payload, done);
    done(new AppError('invalid_request_body', { detail: 'content type is not JSON' }));
  });
}

type Done<Value> = (error: Error | null, value?: Value) => void;

/** With callbacks, since every create passes here: the promises cost as much as the parsing. */
function readJson(request: FastifyRequest, payload: IncomingMessage, done: Done<unknown>): void {
  readBytes(payload, (error, bytes) => {
    if (error || !bytes) return done(error);
    let value: unknown;
    try {
      noteBody(request, bytes);
      value = parseStrictJson(readUtf8Strict(bytes));
    } catch (refusal) {
      return done(refusal as Error);
    }
    done(null, value);
  });
}

/** For routes that take any body and read none: clients send nothing, `{}` or an empty form (sandbox-api §1.14). */
export function ignoreBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request: FastifyRequest, payload: IncomingMessage, done: Done<object>) => {
    readBytes(payload, (error) => done(error, {}));
  });
}

/** Reads a body to its end, or gives `body_too_large` at the first byte too many, or before the first if announced. */
function readBytes(payload: IncomingMessage, done: Done<Buffer>): void {
  const refusal = refusalOf(payload.socket);
  const announced = Number(payload.headers['content-length'] ?? 0);
  if (refusal && !payload.complete) done(refusal);
  else if (announced > bodyBytesMax) done(new AppError('body_too_large'));
  else gatherBytes(payload, done);
}

function gatherBytes(payload: IncomingMessage, done: Done<Buffer>): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let isOver = false;
  const stop = () => {
    isOver = true;
    payload.removeListener('data', onData);
    payload.removeListener('end', onEnd);
    payload.removeListener('close', onClose);
  };
  const onData = (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > bodyBytesMax) {
      stop();
      return done(new AppError('body_too_large'));
    }
    chunks.push(chunk);
  };
  const onEnd = () => {
    stop();
    const [first] = chunks;
    done(null, chunks.length === 1 && first ? first : Buffer.concat(chunks));
  };
  const onClose = () => {
    stop();
    done(new AppError('invalid_request_body', { detail: 'the client left before its body was complete' }));
  };
  payload.on('data', onData);
  payload.once('end', onEnd);
  payload.once('close', onClose);
  payload.on('error', (error) => {
    if (isOver) return;
    // What the parser or the clock refused in the middle of the body says so itself (http/connection-refusals.ts).
    if (!(error instanceof AppError)) return onClose();
    stop();
    done(error);
  });
}

/**
 * Takes in and throws away what a client is still sending after it was refused. Closing at once would reset the
 * connection, and many clients would then never see the answer; reading without end would be a gift to a bad one.
 */
export function discardRest(raw: IncomingMessage): void {
  if (raw.complete || raw.readableEnded || raw.destroyed) return;
  const { socket } = raw;
  setHalfHeard(socket, true);
  let bytes = 0;
  const giveUp = () => socket.destroy();
  const timer = setTimeout(giveUp, discardMsMax);
  raw.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > discardBytesMax) giveUp();
  });
  const stop = () => {
    clearTimeout(timer);
    socket.off('close', stop);
    setHalfHeard(socket, !raw.complete);
  };
  raw.once('end', stop);
  raw.once('close', stop);
  raw.on('error', stop);
  // A request that was answered before it was over hears nothing of the end of its connection.
  socket.once('close', stop);
  raw.resume();
}
