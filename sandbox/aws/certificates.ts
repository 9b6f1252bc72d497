import { type webcrypto as Web, webcrypto } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createSecureContext, type SecureContext } from 'node:tls';

// The dependency injector of @peculiar/x509 does not load without the metadata API of decorators. The classes of x509
// record no metadata, so "none" is the right answer. A plain import would load the package before this.
const reflect = Reflect as unknown as Record<string, unknown>;
reflect['getMetadata'] ??= () => undefined;
reflect['getOwnMetadata'] ??= () => undefined;
const x509 = await import('@peculiar/x509');

/** A certificate authority. Its key exists only in the memory of this process. */
export interface Authority {
  /** Path of the authority's own certificate, PEM, for clients to trust. */
  file: string;
  /** A TLS context that proves to be `host`; always the same one for a host. */
  contextFor(host: string): Promise<SecureContext>;
}

const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 86_400_000;

/**
 * Makes a certificate authority (ECDSA P-256, valid for a week) and writes its certificate to `ca.pem` in `folder`.
 *
 * Its certificates have the key identifiers, basic constraints and key usage that RFC 5280 asks for, since Python 3.13
 * and newer refuse others.
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
      // Not the host: a common name has at most 64 characters. Clients read the alternative name only.
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

/** From yesterday, for clients whose clocks are slow. */
function validity(): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(Date.now() - DAY_MS), notAfter: new Date(Date.now() + 7 * DAY_MS) };
}

function pem(label: string, der: ArrayBuffer): string {
  const lines = Buffer.from(der).toString('base64').replace(/.{64}/g, '$&\n');
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}
