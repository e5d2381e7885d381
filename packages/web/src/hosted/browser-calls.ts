/** The entity that `authorize` wants to see, letter for letter (sandbox-api §1.10). */
const authorizationRequest = 'in.co.sandbox.kyc.entitylocker.sdk.authorization.request';

/** Longest wait for an answer, ms. */
const answerMsMax = 30_000;

interface Answer<T> {
  /** Header `x-error-code`; empty when there is none, or no answer at all. */
  code: string;
  data?: T;
}

interface SessionData {
  status: string;
  documents_consented?: string[];
}

/** The calls of sandbox-api §1.10 as our frame makes them. None rejects: no answer is an empty one. */
export function browserCalls(sessionId: string, apiKey: string) {
  let token = '';
  let hasLostCookie = false;
  const own = `/kyc/entitylocker-sdk/sessions/${sessionId}`;

  // Not `fetch`: a frame that has just begun does a fifth more for that, and here a call that hangs ends by itself.
  const call = <T>(method: string, address: string, body?: object): Promise<Answer<T>> =>
    new Promise((take) => {
      const request = new XMLHttpRequest();
      request.open(method, address);
      request.setRequestHeader('x-api-key', apiKey);
      if (token) request.setRequestHeader('authorization', token);
      if (body) request.setRequestHeader('content-type', 'application/json');
      request.responseType = 'json';
      request.timeout = answerMsMax;
      request.onloadend = () => {
        const code = request.getResponseHeader('x-error-code') ?? '';
        const answer = request.response as { data?: T } | null;
        take(request.status < 300 && answer?.data ? { code, data: answer.data } : { code });
      };
      request.send(body && JSON.stringify(body));
    });
  const keepToken = async (coming: Promise<Answer<{ access_token: string }>>) => {
    const answer = await coming;
    if (answer.data) token = answer.data.access_token;
    return answer;
  };
  /** A call that wants token and cookie. No answer says nothing about them; a refusal does. */
  const bound = async <T>(step: string): Promise<Answer<T>> => {
    const answer = await call<T>('GET', own + step);
    if (answer.code === 'insufficient_privilege') hasLostCookie = true;
    if (answer.code === 'access_token_expired' || answer.code === 'invalid_access_token') token = '';
    return answer;
  };
  return {
    /** Gets the token, and with it the cookie that binds this browser. Why not, if it could not be had. */
    begin: async (): Promise<string> => (await keepToken(call('POST', `${own}/init`))).code,
    hasBegun: () => token !== '',
    /** What a call has shown: the browser did not keep the cookie. */
    hasLostCookie: () => hasLostCookie,
    session: () => bound<SessionData>(''),
    authorizationUrl: async (): Promise<string | undefined> =>
      (await bound<{ authorization_url: string }>('/authorization_url')).data?.authorization_url,
    /** Uses the handle of a finished trip up, before anybody else can; whether there was one, and it was good. */
    async confirmReturn(handle: string): Promise<boolean> {
      const body = { '@entity': authorizationRequest, request_token: handle };
      return handle !== '' && (await keepToken(call('POST', `${own}/authorize`, body))).data !== undefined;
    },
    /** Posts a form of the page without leaving it. */
    send: (url: string) => call('POST', url),
  };
}
