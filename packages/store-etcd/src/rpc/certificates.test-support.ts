/** Certificates for tests, made with openssl: an authority, and what it vouches for. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Why no certificates can be made here; undefined when they can. */
export function missingOpenssl(): string | undefined {
  return spawnSync('openssl', ['version']).status === 0 ? undefined : 'openssl is not installed';
}

/** A certificate and its key: where they are, and their PEM texts. */
export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: string;
  readonly key: string;
}

/** An authority in a temporary folder. */
export class TestAuthority {
  readonly #folder: string = mkdtempSync(join(tmpdir(), 'imagestream-certificates-'));
  readonly authority: Certificate;

  constructor() {
    this.authority = this.#make('authority', ['-addext', 'basicConstraints=critical,CA:TRUE']);
  }

  /** A certificate for 127.0.0.1 under a name that the authority has signed. */
  sign(name: string): Certificate {
    const { certFile, keyFile } = this.authority;
    return this.#make(name, [
      ...['-CA', certFile, '-CAkey', keyFile, '-addext', 'subjectAltName=IP:127.0.0.1'],
      ...['-addext', 'basicConstraints=CA:FALSE'],
    ]);
  }

  /** Removes all files. */
  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #make(name: string, args: readonly string[]): Certificate {
    const [certFile, keyFile] = [
      join(this.#folder, `${name}.pem`),
      join(this.#folder, `${name}.key`),
    ];
    const { status, stderr } = spawnSync('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
      ...['-days', '1', '-subj', `/CN=${name}`, '-keyout', keyFile, '-out', certFile, ...args],
    ]);
    if (status !== 0) throw new Error(`openssl: ${String(stderr)}`);
    return {
      ...{ certFile, keyFile },
      ...{ cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') },
    };
  }
}
