import type { Fault, FuzzRequest } from './requests.ts';

export interface FuzzAnswer {
  status: number;
  headers: Readonly<Record<string, unknown>>;
  text: string;
  ms: number;
}

/** Slowest answer that is not a finding, ms (acceptance D1). */
const answerMsMax = 2_000;

/** Refusals of the form of a request, which one that fits the document never meets. */
const refusalsOfForm: readonly unknown[] = [
  'invalid_request_body',
  'invalid_query',
  'route_not_found',
  'method_not_allowed',
  'body_too_large',
];
/** Statuses of a caller who is not let in. */
const refusalsOfCaller: readonly number[] = [401, 403];

/** What is wrong with an answer, or nothing. */
export function judge(request: FuzzRequest, answer: FuzzAnswer): string | undefined {
  return faultOfServer(answer) ?? faultOfContract(request, answer) ?? faultOfVerdict(request, answer);
}

/** A planned 5xx has a code of the catalogue other than `internal`: 503, 504, 507, 521, 523. */
function faultOfServer({ status, headers, ms }: FuzzAnswer): string | undefined {
  const code = headers['x-error-code'];
  if (status >= 500 && (code === undefined || code === 'internal')) return `unplanned ${status}`;
  return ms > answerMsMax ? `an answer after ${Math.round(ms)} ms` : undefined;
}

function faultOfContract({ operation }: FuzzRequest, { status, headers, text }: FuzzAnswer): string | undefined {
  const documented = operation.answers.get(status);
  if (!documented) return `undocumented status ${status}`;
  const { type, fits, codes } = documented;
  if (String(headers['content-type']).split(';')[0] !== type) return `${status} of type ${headers['content-type']}`;
  if (status >= 400 && !codes?.includes(headers['x-error-code'])) {
    return `${status} with the undocumented code ${headers['x-error-code']}`;
  }
  return fits(parsed(text)) ? undefined : `${status} whose body breaks its schema`;
}

function faultOfVerdict({ operation, faults }: FuzzRequest, { status, headers }: FuzzAnswer): string | undefined {
  const code = headers['x-error-code'];
  const refusedCaller = refusalsOfCaller.includes(status);
  if (faults.includes('credentials')) return refusedCaller ? undefined : `wrong credentials answered with ${status}`;
  // A browser's credentials are good for one session, and one browser.
  const boundToBrowser = operation.credentials.includes('sdkToken') || operation.credentials.length === 1;
  if (refusedCaller) return boundToBrowser ? undefined : `right credentials answered with ${status}`;
  const fault: Fault | undefined = faults[0];
  if (fault) return status >= 400 && status < 500 ? undefined : `invalid ${fault} accepted with ${status}`;
  return refusalsOfForm.includes(code) ? `valid request refused with ${code}` : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
