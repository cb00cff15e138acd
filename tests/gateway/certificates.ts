// Certificates for tests, made on the fly: no private key is ever part of the project.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

export function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'twinpass-consoles-'));
  folders.push(folder);
  return folder;
}

function runs(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Without the openssl program there is nothing to make a certificate with, and these tests are skipped. */
export const hasOpenssl = runs();

export interface CertificateFiles { readonly certificate: string; readonly private_key: string }

/** A self-signed P-256 certificate in a folder of its own. */
export function makeCertificate(name: string): CertificateFiles {
  const folder = freshFolder();
  const files = { certificate: join(folder, 'cert.pem'), private_key: join(folder, 'key.pem') };
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes',
    '-keyout', files.private_key, '-out', files.certificate, '-days', '2', '-subj', `/CN=${name}`,
  ], { stdio: 'ignore' });
  return files;
}

/** An authority of one's own, for certificates that name who holds them. */
export interface Authority extends CertificateFiles {
  /** A certificate for this name, good for 127.0.0.1 and for both ends of a connection. */
  readonly issue: (name: string) => CertificateFiles;
}

export function makeAuthority(name: string): Authority {
  const authority = makeCertificate(name);
  return {
    ...authority,
    issue: (holder) => {
      const folder = freshFolder();
      const files = { certificate: join(folder, 'cert.pem'), private_key: join(folder, 'key.pem') };
      execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes',
        '-CA', authority.certificate, '-CAkey', authority.private_key, '-keyout', files.private_key, '-out', files.certificate,
        '-days', '2', '-subj', `/CN=${holder}`, '-addext', 'subjectAltName=IP:127.0.0.1',
        '-addext', 'basicConstraints=critical,CA:FALSE'], { stdio: 'ignore' });
      return files;
    },
  };
}
