import { connect } from 'node:net';
import type { TestGateway } from './gateway.ts';

/** A connection on which a test writes bytes as it likes. For tests only. */
export async function rawSocket(gateway: TestGateway) {
  const address = gateway.app.server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the gateway does not listen');
  const socket = connect(address.port, '127.0.0.1');
  let received = '';
  const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1');
  });
  // A reset is one of the outcomes that tests look for: `gone` tells.
  socket.on('error', () => {});
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  const until = (isThere: () => boolean) =>
    new Promise<boolean>((resolve) => {
      const look = () => {
        if (!isThere()) return;
        socket.off('data', look);
        resolve(true);
      };
      socket.on('data', look);
      void gone.then(() => resolve(isThere()));
      look();
    });
  return {
    gone,
    get isGone() {
      return socket.destroyed;
    },
    /** What came and was not yet taken by `answer`. */
    get received() {
      return received;
    },
    /** Resolves when the other side has taken the bytes or is gone. */
    write: (bytes: string | Buffer) =>
      new Promise<void>((resolve) => {
        socket.write(bytes, () => resolve());
        void gone.then(() => resolve());
      }),
    /** The next answer, by its own content length; undefined if the connection ends without one. */
    async answer(): Promise<{ status: number; head: string; body: string } | undefined> {
      const parse = () => {
        const end = received.indexOf('\r\n\r\n');
        if (end < 0) return undefined;
        const head = received.slice(0, end);
        const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
        const after = end + 4 + length;
        if (received.length < after) return undefined;
        return { status: Number(head.slice(9, 12)), head, body: received.slice(end + 4, after), after };
      };
      await until(() => parse() !== undefined);
      const found = parse();
      if (!found) return undefined;
      received = received.slice(found.after);
      const { after: _, ...answer } = found;
      return answer;
    },
    /** Reads no more. */
    pause: () => socket.pause(),
    close: () => socket.destroy(),
  };
}
