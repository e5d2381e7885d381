import type { Agent, Dispatcher } from 'undici';
import type { EgressAnswer, EgressRequest } from './egress.ts';
import { EgressFailure } from './failure.ts';

/** Calls back after a while, ms, unless it is cleared before. */
export type Timer = (over: () => void, ms: number) => NodeJS.Timeout;

/**
 * A request and its answer, within the deadline, as much of it as is wanted. By undici's own handler and not by its `request`: that makes of each answer a
 * stream, with an iterator and an abort signal, which costs as much as the call itself, and there are thousands a second.
 */
export function exchange(agent: Agent, url: URL, request: EgressRequest, timer: Timer): Promise<EgressAnswer> {
  const { deadlineMs, bytesMax, excess, contentTypes } = request;
  return new Promise((resolve, reject) => {
    let isOver = false;
    let underway: Dispatcher.DispatchController | undefined;
    let answer: Omit<EgressAnswer, 'body'> = { status: 0, headers: {} };
    const pieces: Buffer[] = [];
    let length = 0;

    const end = () => {
      isOver = true;
      clearTimeout(deadline);
    };
    const breakOff = (failure: EgressFailure) => {
      if (isOver) return;
      end();
      reject(failure);
      // One that still waits for a connection is dropped as soon as it gets one.
      underway?.abort(failure);
    };
    const deadline = timer(() => breakOff(new EgressFailure('timed_out')), deadlineMs);
    const take = () => resolve({ ...answer, body: Buffer.concat(pieces).subarray(0, bytesMax) });
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(controller) {
        underway = controller;
        if (isOver) controller.abort(new EgressFailure('timed_out'));
      },
      onResponseStart(_controller, status, headers) {
        if (isOver || status < 200) return;
        answer = { status, headers: plainHeaders(headers) };
        const type = (answer.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
        if (contentTypes && !contentTypes.includes(type)) breakOff(new EgressFailure('content_type_refused'));
      },
      onResponseData(controller, piece) {
        if (isOver) return;
        pieces.push(piece);
        length += piece.length;
        if (length <= bytesMax) return;
        if (excess === 'refuse') return breakOff(new EgressFailure('answer_too_large'));
        end();
        take();
        // What still comes is nobody's business, and the connection goes with it.
        controller.abort(new EgressFailure('answer_too_large'));
      },
      onResponseEnd() {
        if (isOver) return;
        end();
        take();
      },
      onResponseError(_controller, error) {
        if (isOver) return;
        end();
        reject(error);
      },
    };
    agent.dispatch(
      {
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method: request.method,
        headers: request.headers ?? {},
        body: request.body ?? null,
        // The deadline alone decides.
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      handler,
    );
  });
}

function plainHeaders(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) plain[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return plain;
}
