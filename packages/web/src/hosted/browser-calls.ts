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
  let hasCookie = false;

  // Not `fetch`: a frame that has just begun does a fifth more for that, and here a call that hangs ends by itself.
  const call = <T>(method: string, step: string, body?: object): Promise<Answer<T>> =>
    new Promise((take) => {
      const request = new XMLHttpRequest();
      request.open(method, `/kyc/entitylocker-sdk/sessions/${sessionId}${step}`);
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
  const keepToken = async (answer: Promise<Answer<{ access_token: string }>>): Promise<string> => {
    const { code, data } = await answer;
    if (data) token = data.access_token;
    return code;
  };
  return {
    /** Whether calls go through: the browser has kept the cookie that binds it. */
    isBound: () => token !== '' && hasCookie,
    async session(): Promise<Answer<SessionData>> {
      if (!token) {
        const code = await keepToken(call('POST', '/init'));
        if (!token) return { code };
      }
      const answer = await call<SessionData>('GET', '');
      // No answer says nothing about the cookie; a refusal does.
      if (answer.data || answer.code) hasCookie = answer.data !== undefined;
      if (answer.code === 'access_token_expired' || answer.code === 'invalid_access_token') token = '';
      return answer;
    },
    authorizationUrl: async (): Promise<string | undefined> =>
      (await call<{ authorization_url: string }>('GET', '/authorization_url')).data?.authorization_url,
    /** Uses the handle of a finished trip up, before anybody else can. */
    async confirmReturn(handle: string): Promise<void> {
      if (handle) {
        await keepToken(call('POST', '/authorize', { '@entity': authorizationRequest, request_token: handle }));
      }
    },
    /** Posts a form of the page without leaving it. */
    async send(url: string): Promise<void> {
      await fetch(url, { method: 'POST', redirect: 'manual' }).catch(() => undefined);
    },
  };
}
