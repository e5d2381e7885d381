import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../domain/app-error.ts';
import { parseStrictJson, readUtf8Strict } from './strict-json.ts';

/** Largest body of an API call, bytes; the largest honest one has a few hundred. */
export const bodyBytesMax = 64 * 1024;

/**
 * JSON bodies for every route of this scope. `application/json` with any parameters and an absent `Content-Type` are
 * JSON; any other type is an invalid body, as the vendor has no 415 (sandbox-api §1.1, §9 no. 1).
 */
export function readJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', (_request: FastifyRequest, payload: IncomingMessage) =>
    readJson(payload),
  );
  app.addContentTypeParser('*', async (request: FastifyRequest, payload: IncomingMessage) => {
    if (request.headers['content-type'] === undefined) return readJson(payload);
    throw new AppError('invalid_request_body', { detail: 'content type is not JSON' });
  });
}

async function readJson(payload: IncomingMessage): Promise<unknown> {
  return parseStrictJson(readUtf8Strict(await readBytes(payload)));
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
    payload.on('error', onClose);
  });
}

/** How much of a refused body is still taken in, bytes … */
const discardBytesMax = 8 * 1024 * 1024;
/** … and for how long, ms. */
const discardMsMax = 2_000;

/**
 * Takes in and throws away what a client is still sending after it was refused. Closing at once would reset the
 * connection, and many clients would then never see the answer; reading without end would be a gift to a bad one.
 */
export function discardRest(raw: IncomingMessage): void {
  if (raw.complete || raw.readableEnded || raw.destroyed) return;
  const { socket } = raw;
  let bytes = 0;
  const giveUp = () => socket.destroy();
  const timer = setTimeout(giveUp, discardMsMax);
  raw.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > discardBytesMax) giveUp();
  });
  raw.once('close', () => clearTimeout(timer));
  raw.once('end', () => clearTimeout(timer));
  raw.on('error', () => clearTimeout(timer));
  raw.resume();
}
