import * as oauth from 'oauth4webapi';
import type { ResolvedSettings } from './settings.ts';

/** EntityLocker and ourselves in oauth4webapi's terms. */
export interface OauthClient {
  server: oauth.AuthorizationServer;
  client: oauth.Client;
  auth: oauth.ClientAuth;
  /** For a refresh and a revocation only Basic has been seen (entitylocker-upstream §1.3, §1.4). */
  refreshAuth: oauth.ClientAuth;
}

export function createOauthClient(settings: ResolvedSettings): OauthClient {
  return {
    // No discovery document is published (entitylocker-upstream §1.3); the issuer is a name of our own.
    server: {
      issuer: settings.baseUrl,
      token_endpoint: settings.baseUrl + settings.paths.token,
      revocation_endpoint: settings.baseUrl + settings.paths.revoke,
    },
    client: { client_id: settings.clientId },
    auth:
      settings.clientAuth === 'basic'
        ? oauth.ClientSecretBasic(settings.clientSecret)
        : oauth.ClientSecretPost(settings.clientSecret),
    refreshAuth: oauth.ClientSecretBasic(settings.clientSecret),
  };
}
