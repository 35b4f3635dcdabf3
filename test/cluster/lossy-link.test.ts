import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LossyLink } from './lossy-link.js';

let server: Server;
let link: LossyLink;
let client: Socket;
/** What the server got, and what the client got. */
let asked: string;
let answered: string;

beforeEach(async () => {
  asked = '';
  answered = '';
  server = createServer((socket) => {
    socket.on('error', () => undefined); // A cut connection.
    socket.setEncoding('utf8').on('data', (text: string) => {
      asked += text;
      socket.write(text.toUpperCase());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  link = await LossyLink.open(`http://127.0.0.1:${port}`);
  client = connect(Number(new URL(link.url).port), '127.0.0.1');
  client.on('error', () => undefined);
  client.setEncoding('utf8').on('data', (text: string) => (answered += text));
});

afterEach(() => {
  client.destroy();
  link.close();
  server.close();
});

const until = (holds: () => boolean): Promise<void> =>
  expect.poll(holds, { timeout: 5_000, interval: 5 }).toBe(true);

const closed = (): Promise<unknown> => new Promise((resolve) => client.once('close', resolve));

/** Long enough for what is not held up to get through. */
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 100));

test('a link without trouble passes everything on', async () => {
  client.write('a');
  await until(() => answered === 'A');
});

test('answers that are lost never come, though the requests arrive', async () => {
  link.begin('answersLost');
  client.write('a');
  await until(() => asked === 'a');
  await pause();
  const end = closed();
  link.end();
  await end;
  expect(answered).toBe('');
});

test('requests that are late arrive in their order when the trouble is over', async () => {
  link.begin('requestsLate');
  for (const text of ['a', 'b', 'c']) {
    client.write(text);
    await pause();
  }
  expect(asked).toBe('');
  link.end();
  client.write('d');
  await until(() => answered === 'ABCD');
  client.write('e');
  await until(() => answered === 'ABCDE');
});

test('requests that are late arrive although nobody waits for them any more', async () => {
  link.begin('requestsLate');
  client.write('a');
  await pause();
  client.destroy();
  await pause();
  link.end();
  await until(() => asked === 'a');
});

test('cutting a link breaks its connections', async () => {
  client.write('a');
  await until(() => answered === 'A');
  const end = closed();
  link.cut();
  await end;
});
