import { authorizationQuery, codeOf, tokenForm } from './requester.ts';
import { found, type Reply, type Visitor, wayOf } from './visitor.ts';

/** Authorize, sign-in, consent (each with its page and the way back), code, token and userinfo: 10 requests. */
export async function oidcProviderJourney(visitor: Visitor, state: string): Promise<void> {
  visitor.begin();
  const query = authorizationQuery(state, { scope: 'openid' });
  const login = await visitor.ask(303, `/auth?${query}`);
  const consent = await answer(visitor, login, [
    ['prompt', 'login'],
    ['login', 'somebody'],
    ['password', 'anything'],
  ]);
  const back = await answer(visitor, consent, [['prompt', 'consent']]);
  const token = await visitor.ask(200, '/token', {
    method: 'POST',
    form: tokenForm(codeOf(wayOf(back), state)),
    headers: { accept: 'application/json' },
  });
  const { access_token: accessToken } = JSON.parse(token.body.toString());
  const me = await visitor.ask(200, '/me', { headers: { authorization: `Bearer ${accessToken}` } });
  if (JSON.parse(me.body.toString()).sub !== 'somebody') throw new Error('userinfo is about somebody else');
}

/** Looks at the page that is due, fills it in, and goes where that leads. */
async function answer(visitor: Visitor, due: Reply, form: [string, string][]): Promise<Reply> {
  const page = await visitor.ask(200, wayOf(due));
  const action = found(/ action="([^"]+)"/, page.body.toString());
  return visitor.ask(303, wayOf(await visitor.ask(303, action, { method: 'POST', form })));
}
