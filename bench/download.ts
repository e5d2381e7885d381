import { connect } from 'node:net';

export interface Downloaded {
  bytesPerSecond: number;
  files: number;
  /** From the request to the last byte, ms. */
  p99Ms: number;
}

export interface Download {
  url: string;
  sizeBytes: number;
  /** Connections, each with one download under way. */
  connections: number;
  seconds: number;
}

/** What one read takes from a connection, bytes. */
const readBytes = 128 * 1024;

/**
 * Downloads one file again and again and throws it away. By hand, into one buffer that is used again: a client library costs more than the
 * server under test does. Any status but 200, another length or a broken connection fails the run.
 */
export async function runDownloads({ url, sizeBytes, connections, seconds }: Download): Promise<Downloaded> {
  const { hostname, port, host, pathname, search } = new URL(url);
  const request = `GET ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
  const latencies: number[] = [];
  let bytes = 0;
  const beganMs = performance.now();
  const untilMs = beganMs + seconds * 1000;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      for await (const { ms } of downloads()) {
        latencies.push(ms);
        if (performance.now() >= untilMs) break;
      }
    }),
  );
  const tookS = (performance.now() - beganMs) / 1000;
  latencies.sort((left, right) => left - right);
  return {
    bytesPerSecond: bytes / tookS,
    files: latencies.length,
    p99Ms: latencies[Math.floor(latencies.length * 0.99)] ?? 0,
  };

  /** One connection, one download after the other. */
  async function* downloads(): AsyncGenerator<{ ms: number }> {
    let head = '';
    let rest = -1;
    let end: (error?: Error) => void = () => {};
    const socket = connect({
      host: hostname,
      port: Number(port),
      onread: {
        buffer: Buffer.allocUnsafeSlow(readBytes),
        callback(count, buffer) {
          bytes += count;
          if (rest < 0) {
            head += Buffer.from(buffer.buffer, buffer.byteOffset, count).toString('latin1');
            const headEnd = head.indexOf('\r\n\r\n');
            if (headEnd < 0) return true;
            if (!head.startsWith('HTTP/1.1 200') || !new RegExp(`content-length: ${sizeBytes}\r`, 'i').test(head)) {
              end(new Error(`unexpected answer: ${head.slice(0, 300)}`));
              return false;
            }
            rest = sizeBytes - (head.length - headEnd - 4);
            head = '';
          } else rest -= count;
          if (rest > 0) return true;
          const isWhole = rest === 0;
          rest = -1;
          end(isWhole ? undefined : new Error('more came than was announced'));
          return true;
        },
      },
    });
    socket.on('error', (error) => end(error));
    socket.on('close', () => end(new Error('the connection broke')));
    try {
      for (;;) {
        const askedMs = performance.now();
        const done = new Promise<void>((resolve, reject) => {
          end = (error) => (error ? reject(error) : resolve());
        });
        socket.write(request);
        await done;
        yield { ms: performance.now() - askedMs };
      }
    } finally {
      end = () => {};
      socket.destroy();
    }
  }
}

/** Readers that ask for a file and take none of it: whatever the server holds for them, it holds until they are let go. */
export async function holdBack(url: string, connections: number): Promise<() => void> {
  const { hostname, port, host, pathname, search } = new URL(url);
  const sockets = await Promise.all(
    Array.from({ length: connections }, async () => {
      const socket = connect({ host: hostname, port: Number(port) });
      await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
      socket.on('error', () => {});
      socket.pause();
      socket.write(`GET ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
      return socket;
    }),
  );
  return () => {
    for (const socket of sockets) socket.destroy();
  };
}
