/** `/a/{b}` as the contract writes it, `/a/:b` as the router wants it. */
export function routerPath(path: string): string {
  return path.replace(/\{(\w+)\}/g, ':$1');
}
