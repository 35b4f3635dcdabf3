import { expect, test } from 'vitest';
import { checkTls, parseEndpoints } from './endpoints.js';
import { EtcdError } from './etcd-api.js';

test.each([
  ['http://127.0.0.1:2379', 'http://127.0.0.1:2379', '127.0.0.1:2379', false],
  ['https://etcd-0.example:2379/', 'https://etcd-0.example:2379', 'etcd-0.example:2379', true],
  ['etcd-0:2379', 'http://etcd-0:2379', 'etcd-0:2379', false],
  [' HTTPS://ETCD.Example:443 ', 'https://etcd.example:443', 'etcd.example:443', true],
  ['http://etcd:80', 'http://etcd:80', 'etcd:80', false],
  ['https://[::1]:2379', 'https://[::1]:2379', '[::1]:2379', true],
])('the endpoint %s is %s', (text, url, hostPort, secure) => {
  expect(parseEndpoints([text])).toEqual([{ url, hostPort, secure }]);
});

test('the same endpoint twice counts once', () => {
  const endpoints = parseEndpoints(['a:1', 'http://A:1/', 'b:1']);
  expect(endpoints.map(({ url }) => url)).toEqual(['http://a:1', 'http://b:1']);
});

test.each([
  ['', '""'],
  ['127.0.0.1', '"127.0.0.1"'],
  ['https://etcd.example', '"https://etcd.example"'],
  ['http://etcd:2379/v3', '"http://etcd:2379/v3"'],
  ['http://etcd:2379?x=1', '"http://etcd:2379?x=1"'],
  ['http://::1:2379', '"http://::1:2379"'],
  ['http://etcd:port', '"http://etcd:port"'],
])('the endpoint "%s" is refused, with what it has to look like', (text, shown) => {
  expect(() => parseEndpoints([text])).toThrow(
    new EtcdError(
      'InvalidArgument',
      `etcd endpoint ${shown} is not of the form http://host:port, https://host:port or host:port, ` +
        'with no user and no path',
      { outcome: 'none' },
    ),
  );
});

test('a password in an endpoint is refused and not told on', () => {
  expect(() => parseEndpoints(['http://root:secret@etcd:2379'])).toThrow(/"http:\/\/…@etcd:2379"/);
});

test.each(['0', '65536', '99999'])('the port %s is refused', (port) => {
  expect(() => parseEndpoints([`etcd:${port}`])).toThrow(/a port is a number from 1 to 65535/);
});

test('other schemes are refused', () => {
  expect(() => parseEndpoints(['unix:///run/etcd.sock'])).toThrow(/the scheme is http or https/);
});

test('no endpoint at all is refused', () => {
  expect(() => parseEndpoints([])).toThrow(/no etcd endpoint is given/);
});

const PEM = '-----BEGIN CERTIFICATE-----\n';

test.each([
  ['http://a:1', { ca: PEM }, /http:\/\/a:1 uses no TLS/],
  ['https://a:1', { cert: PEM }, /tls.cert for etcd is given without tls.key/],
  ['https://a:1', { key: PEM }, /tls.key for etcd is given without tls.cert/],
  ['https://a:1', { ca: '/etc/etcd/ca.pem' }, /tls.ca for etcd is no PEM text/],
  ['https://a:1', { cert: PEM, key: 'secret' }, /tls.key for etcd is no PEM text/],
])('for %s, certificates that make no sense are refused', (endpoint, tls, message) => {
  expect(() => checkTls(tls, parseEndpoints([endpoint]))).toThrow(message);
});

test.each([
  ['http://a:1', undefined],
  ['https://a:1', undefined],
  ['https://a:1', {}],
  ['https://a:1', { ca: PEM, cert: PEM, key: PEM }],
])('for %s, certificates that make sense are taken', (endpoint, tls) => {
  expect(() => checkTls(tls, parseEndpoints([endpoint]))).not.toThrow();
});
