import { isLoopbackHost } from '../domain/origin.ts';

/** A bucket on anything that speaks S3. The keys are never shown. */
export interface S3Settings {
  /** Scheme and host, without the bucket: `https://s3.ap-south-1.amazonaws.com`. */
  endpoint: string;
  region: string;
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** What the names of our objects begin with; another program may use the rest of the bucket. */
  prefix: string;
}

/** What is wrong with the settings of a bucket, each a sentence that names the setting and never its value. */
export function s3Faults({ bucket, region, endpoint, prefix }: Omit<S3Settings, 'accessKeyId' | 'secretAccessKey'>) {
  const faults: string[] = [];
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) faults.push('TIJORI_S3_BUCKET is not the name of a bucket.');
  if (!/^[a-z0-9-]{1,40}$/.test(region)) faults.push('TIJORI_S3_REGION must look like ap-south-1.');
  if (!/^([A-Za-z0-9_-]{1,60}\/){0,3}$/.test(prefix)) faults.push('TIJORI_S3_PREFIX must look like vault/.');
  if (!URL.canParse(endpoint) || new URL(endpoint).origin !== endpoint.replace(/\/$/, '')) {
    faults.push(
      'TIJORI_S3_ENDPOINT must be an origin such as https://s3.ap-south-1.amazonaws.com, without the bucket.',
    );
  } else if (!endpoint.startsWith('https:') && !isLoopbackHost(new URL(endpoint).hostname)) {
    faults.push('TIJORI_S3_ENDPOINT must be https.');
  }
  return faults;
}
