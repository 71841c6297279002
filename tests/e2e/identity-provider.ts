import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Provider } from 'oidc-provider';

const SECRET = 'canary-client-secret-of-the-provider';

/** Whom it knows, and the groups that they are in. */
const PEOPLE: Record<string, { name: string; groups: string[] }> = {
  vera: { name: 'Vera Viewer', groups: ['staff'] },
  otto: { name: 'Otto Operator', groups: ['staff', 'ops'] },
  nora: { name: 'Nora Nobody', groups: ['chess'] },
};

/** A real provider of identities, on another site than the proxy: `localhost` is none of 127.0.0.1. */
export class IdentityProvider {
  private constructor(
    private readonly server: Server,
    private readonly folder: string,
    readonly issuer: string,
  ) {}

  static async start(): Promise<IdentityProvider> {
    const server = createServer().listen(0, 'localhost');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const folder = mkdtempSync(join(tmpdir(), 'evenkeel-idp-'));
    writeFileSync(join(folder, 'secret'), SECRET, { mode: 0o600 });
    return new IdentityProvider(server, folder, `http://localhost:${address.port}`);
  }

  /** What a proxy is told of it. */
  get config(): string {
    return `
[login.oidc]
name = "Example ID"
issuer = "${this.issuer}"
client_id = "evenkeel"
client_secret = "file:${join(this.folder, 'secret')}"
scopes = ["profile", "groups"]

[[login.oidc.grants]]
group = "staff"
role = "viewer"

[[login.oidc.grants]]
group = "ops"
role = "operator"
accounts = ["edge"]
`;
  }

  /** Knows a proxy by its address, and answers from then on. */
  serve(proxy: string): void {
    const provider = new Provider(this.issuer, {
      clients: [
        {
          client_id: 'evenkeel',
          client_secret: SECRET,
          redirect_uris: [`${proxy}/api/v1/login/oidc/callback`],
          post_logout_redirect_uris: [`${proxy}/`],
        },
      ],
      claims: { openid: ['sub'], profile: ['name'], groups: ['groups'] },
      conformIdTokenClaims: false,
      pkce: { required: () => true },
      findAccount: (_, id) => {
        const known = PEOPLE[id];
        return known && { accountId: id, claims: () => ({ sub: id, ...known }) };
      },
    });
    const answer = provider.callback();
    this.server.on('request', (request, response) => {
      // Its pages have no icon, which browsers ask for.
      if (request.url === '/favicon.ico') response.writeHead(204).end();
      else answer(request, response);
    });
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
