import { spawnSync } from 'node:child_process';
import type { Bench } from './server-process.js';

/** Whether certificates can be made. */
export function hasOpenssl(): boolean {
  return spawnSync('openssl', ['version']).status === 0;
}

/** Makes a certificate for 127.0.0.1 that nobody else signed; returns the options of the server that use it. */
export function makeCertificate(
  bench: Bench,
): readonly ['--tls-cert', string, '--tls-key', string] {
  const [cert, key] = [bench.path('cert.pem'), bench.path('key.pem')];
  const { status, stderr } = spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
    ...['-days', '1', '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'],
    ...['-keyout', key, '-out', cert],
  ]);
  if (status !== 0) throw new Error(`openssl: ${String(stderr)}`);
  return ['--tls-cert', cert, '--tls-key', key];
}
