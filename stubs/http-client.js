/**
 * Stands in the bundle for `@actions/http-client` 4.0.1, which @actions/core 3.0.1 imports for its getIDToken alone;
 * this action asks GitHub by itself (src/github/oidc-token.ts). The real one brings undici, which would be more than
 * half of the bundle and is loaded at every start.
 */
export class HttpClient {
  constructor() {
    throw new Error('@actions/http-client is not part of this bundle.');
  }
}

export class BearerCredentialHandler extends HttpClient {}
