import { createPrivateKey, X509Certificate } from 'node:crypto';
import { type FSWatcher, readFileSync, watch } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf, UsageError } from './usage-error.js';

/** A certificate with its key, in PEM, checked to belong together. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
  /** When the certificate expires, in milliseconds since 1970. */
  readonly expiresAtMs: number;
  /** Tells certificates apart, in logs. */
  readonly serialNumber: string;
}

/** Where a pair is, and who wants to know of it. */
export interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
  /** How often the files are looked at besides being watched, in milliseconds; default 30 000. */
  readonly pollMs?: number;
  /** Told of every new pair that can be used. */
  readonly onChange: (pair: KeyPair) => void;
  /** Told of one that cannot: the pair before stays in use. Once for each thing that is wrong. */
  readonly onProblem: (problem: string) => void;
}

const DEFAULT_POLL_MS = 30_000;

/** Files written one after the other are looked at once, this much later, in milliseconds. */
const SETTLE_MS = 50;

/**
 * Reads a pair and keeps it up to date: the folders are watched, which notices how secrets are replaced in pods, and looked
 * at from time to time, since some file systems tell nothing. A pair that does not fit together, as halfway through a
 * replacement, is not used.
 */
export class CertificateSource {
  readonly #files: CertificateFiles;
  readonly #watchers: FSWatcher[] = [];
  readonly #poll: NodeJS.Timeout;
  #settle: NodeJS.Timeout | undefined;
  #current: KeyPair;
  #problem = '';

  /** Throws a UsageError when there is no usable pair to begin with. */
  constructor(files: CertificateFiles) {
    this.#files = files;
    try {
      this.#current = readKeyPair(files.certFile, files.keyFile);
    } catch (cause) {
      throw new UsageError(messageOf(cause), { cause });
    }
    const folders = new Set([dirname(files.certFile), dirname(files.keyFile)]);
    for (const folder of folders) this.#watch(folder);
    this.#poll = setInterval(() => this.reload(), files.pollMs ?? DEFAULT_POLL_MS).unref();
  }

  /** The last pair that could be used. */
  get current(): KeyPair {
    return this.#current;
  }

  /** Looks at the files now. */
  reload(): void {
    try {
      const pair = readKeyPair(this.#files.certFile, this.#files.keyFile);
      this.#problem = '';
      if (pair.cert === this.#current.cert && pair.key === this.#current.key) return;
      this.#current = pair;
      this.#files.onChange(pair);
    } catch (error) {
      this.#report(messageOf(error));
    }
  }

  /** Stops looking. */
  close(): void {
    clearInterval(this.#poll);
    clearTimeout(this.#settle);
    for (const watcher of this.#watchers) watcher.close();
  }

  #watch(folder: string): void {
    const notice = (): void => {
      clearTimeout(this.#settle);
      this.#settle = setTimeout(() => this.reload(), SETTLE_MS).unref();
    };
    try {
      const watcher = watch(folder, { persistent: false }, notice);
      watcher.on('error', (error) => this.#report(`${folder}: ${messageOf(error)}`));
      this.#watchers.push(watcher);
    } catch (error) {
      // The poll does the work then, later.
      this.#report(`${folder} cannot be watched: ${messageOf(error)}`);
    }
  }

  #report(problem: string): void {
    if (problem === this.#problem) return;
    this.#problem = problem;
    this.#files.onProblem(problem);
  }
}

/** Reads a pair and checks that it is one. Throws an Error that names the file. */
export function readKeyPair(certFile: string, keyFile: string): KeyPair {
  const cert = readText(certFile);
  const key = readText(keyFile);
  const certificate = parse(certFile, () => new X509Certificate(cert));
  const privateKey = parse(keyFile, () => createPrivateKey(key));
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new Error(`the key in ${keyFile} does not belong to the certificate in ${certFile}`);
  }
  const { validTo, serialNumber } = certificate;
  return { cert, key, serialNumber, expiresAtMs: Date.parse(validTo) };
}

function readText(path: string): string {
  return parse(path, () => readFileSync(path, 'utf8'));
}

function parse<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new Error(`${path}: ${messageOf(cause)}`, { cause });
  }
}
