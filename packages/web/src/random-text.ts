/**
 * Text that nobody can guess. A page's first `getRandomValues` takes four times as long as `randomUUID`, which only pages from https and
 * this machine have.
 */
export function randomText(): string {
  return crypto.randomUUID?.() ?? crypto.getRandomValues(new Uint32Array(4)).join('.');
}
