/** What the tests use of s3rver, which has no types of its own. */
declare module 's3rver' {
  export interface Context {
    method: string;
    path: string;
    status: number;
    body: unknown;
    href: string;
    headers: Record<string, string | undefined>;
    get(header: string): string;
  }

  // biome-ignore lint/style/noDefaultExport: the package exports its class itself
  export default class S3rver {
    constructor(options: {
      address: string;
      port: number;
      silent: boolean;
      directory: string;
      configureBuckets: { name: string }[];
    });
    middleware: ((ctx: Context, next: () => Promise<void>) => Promise<void>)[];
    store: { existsObject(bucket: string, key: string): Promise<boolean> };
    run(): Promise<{ port: number }>;
    close(): Promise<void>;
  }
}
