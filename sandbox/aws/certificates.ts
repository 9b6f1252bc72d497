import { type webcrypto as Web, webcrypto } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createSecureContext, type SecureContext } from 'node:tls';
import './metadata-shim.ts';

// Not a plain import: jest loads CommonJS packages before it runs any module, so before the shim.
const x509 = await import('@peculiar/x509');

/** A certificate authority that exists only in this process's memory, for as long as the process lives. */
export interface Authority {
  /** Path of the authority's own certificate, PEM: what clients are told to trust. */
  file: string;
  /** A TLS context that proves to be `host`. Asked twice for a host, it gives the same one. */
  contextFor(host: string): Promise<SecureContext>;
}

const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 86_400_000;

/**
 * Makes a certificate authority (ECDSA P-256, valid for a week) and writes its certificate to `ca.pem` in `folder`.
 *
 * Its certificates carry the key identifiers, basic constraints and key usage that RFC 5280 asks for: Python verifies
 * them strictly by default since 3.13.
 */
export async function createAuthority(folder: string): Promise<Authority> {
  const keys = await newKeys();
  const name = 'CN=Sandbox test authority';
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name,
    keys,
    ...validity(),
    signingAlgorithm: ECDSA,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false),
    ],
  });
  const file = join(folder, 'ca.pem');
  await writeFile(file, `${certificate.toString('pem')}\n`);

  const leafKeys = await newKeys();
  const leafKey = pem('PRIVATE KEY', await webcrypto.subtle.exportKey('pkcs8', leafKeys.privateKey));
  const issue = async (host: string): Promise<SecureContext> => {
    const leaf = await x509.X509CertificateGenerator.create({
      // A common name holds at most 64 characters; clients read the alternative name only.
      subject: 'CN=Sandbox stand-in',
      issuer: name,
      publicKey: leafKeys.publicKey,
      signingKey: keys.privateKey,
      ...validity(),
      signingAlgorithm: ECDSA,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: host }]),
        await x509.SubjectKeyIdentifierExtension.create(leafKeys.publicKey, false),
        await x509.AuthorityKeyIdentifierExtension.create(keys.publicKey, false),
      ],
    });
    return createSecureContext({ key: leafKey, cert: leaf.toString('pem') });
  };

  const issued = new Map<string, Promise<SecureContext>>();
  return {
    file,
    contextFor(host) {
      const context = issued.get(host) ?? issue(host);
      issued.set(host, context);
      return context;
    },
  };
}

async function newKeys(): Promise<Web.CryptoKeyPair> {
  return (await webcrypto.subtle.generateKey(ECDSA, true, ['sign', 'verify'])) as Web.CryptoKeyPair;
}

/** From yesterday, so that a client whose clock lags a little accepts it. */
function validity(): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(Date.now() - DAY_MS), notAfter: new Date(Date.now() + 7 * DAY_MS) };
}

function pem(label: string, der: ArrayBuffer): string {
  const lines = Buffer.from(der).toString('base64').replace(/.{64}/g, '$&\n');
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}
