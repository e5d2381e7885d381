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
  app.addContentTypeParser('*', async (request: FastifyRequest, payload: IncomingMessage) => {
    if (request.headers['content-type'] === undefined) return readJson(request, payload);
    throw new AppError('invalid_request_body', { detail: 'content type is not JSON' });
  });
}

async function readJson(request: FastifyRequest, payload: IncomingMessage): Promise<unknown> {
  const bytes = await readBytes(payload);
  noteBody(request, bytes);
  return parseStrictJson(readUtf8Strict(bytes));
}

/** For routes that take any body and read none: clients send nothing, `{}` or an empty form (sandbox-api §1.14). */
export function ignoreBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', async (_request: FastifyRequest, payload: IncomingMessage) => {
    await readBytes(payload);
    return {};
  });
}

/** Reads a body to its end, or throws `body_too_large` at the first byte too many, or before the first if announced. */
function readBytes(payload: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const refusal = refusalOf(payload.socket);
    if (refusal && !payload.complete) return reject(refusal);
    const tooLarge = () => reject(new AppError('body_too_large'));
    if (Number(payload.headers['content-length'] ?? 0) > bodyBytesMax) return tooLarge();
    const chunks: Buffer[] = [];
    let bytes = 0;
    const stop = () => {
      payload.removeListener('data', onData);
      payload.removeListener('end', onEnd);
      payload.removeListener('close', onClose);
    };
    const onData = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > bodyBytesMax) {
        stop();
        return tooLarge();
      }
      chunks.push(chunk);
    };
    const onEnd = () => {
      stop();
      const [first] = chunks;
      resolve(chunks.length === 1 && first ? first : Buffer.concat(chunks));
    };
    const onClose = () => {
      stop();
      reject(new AppError('invalid_request_body', { detail: 'the client left before its body was complete' }));
    };
    payload.on('data', onData);
    payload.once('end', onEnd);
    payload.once('close', onClose);
    payload.on('error', (error) => {
      // What the parser or the clock refused in the middle of the body says so itself (http/connection-refusals.ts).
      if (error instanceof AppError) reject(error);
      onClose();
    });
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
