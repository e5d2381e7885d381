/**
 * Makes the gateway wrong on purpose (`node --import`): commits are answered as done before the writer has seen them, and
 * reach it a little later. The kill loop must notice, or it proves nothing. It takes the place of a product fault that is
 * easily made: to answer first and write afterwards.
 */
import { isMainThread, Worker } from 'node:worker_threads';

const lateMs = 30;

const post = Worker.prototype.postMessage;

// The writer answers a group with the number of its sets; the gateway counts only that it is a number.
Worker.prototype.postMessage = function answerTooEarly(this: Worker, message: unknown): void {
  if (!isMainThread || !Array.isArray(message)) {
    post.call(this, message);
    return;
  }
  setTimeout(() => post.call(this, message), lateMs);
  setImmediate(() => this.emit('message', 1));
};
