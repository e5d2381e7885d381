import { closeSync, open, read } from 'node:fs';
import { wholeBytesMax } from './blobs.ts';

/** How many places to read into are kept for the next reads: fresh memory costs as much as the reading. */
const placesMax = 16;

/**
 * Reads small files whole, for `whole` of the `Blobs` port: two steps of the thread pool, where a stream takes six. With callbacks, and closed at once
 * (nothing was written, so nothing can be waited for): file handles with promises cost half as much again. Rejects with the error of `node:fs`.
 */
export function wholeReader() {
  const places: Buffer[] = [];
  return <Result>(path: string, sizeBytes: number, use: (bytes: Buffer) => Result): Promise<Result> =>
    new Promise((resolve, reject) => {
      open(path, 'r', (openError, file) => {
        if (openError) return reject(openError);
        // One byte more is asked for, so that a file that is too long shows.
        const wanted = sizeBytes + 1;
        const place = places.pop() ?? Buffer.allocUnsafeSlow(wholeBytesMax + 1);
        const readOn = (filled: number) => {
          read(file, place, filled, wanted - filled, filled, (readError, bytesRead) => {
            if (!readError && bytesRead > 0 && filled + bytesRead < sizeBytes) return readOn(filled + bytesRead);
            closeSync(file);
            if (readError) return reject(readError);
            try {
              resolve(use(place.subarray(0, filled + bytesRead)));
            } catch (refusal) {
              reject(refusal);
            }
            if (places.length < placesMax) places.push(place);
          });
        };
        readOn(0);
      });
    });
}
