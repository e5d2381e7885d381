/**
 * Gives the memory of bytes back that nobody will read again; what is left of them is empty. Buffers lie outside of the heap, and V8 finds out only by
 * a collection of everything that they are no longer needed: a stream of documents would make it do one for every 20 MB (measured: more processor time
 * than decrypting them). Does nothing with bytes that are a part of more.
 */
export function letGo(bytes: Uint8Array): void {
  const { buffer } = bytes;
  if (buffer instanceof ArrayBuffer && bytes.byteLength === buffer.byteLength) buffer.transfer(0);
}
