// The client's side of the measurements: as little work as possible, so that the server is what is busy.
import { connect } from 'node:net';

function requestFor(path) {
  return `GET ${path} HTTP/1.1\r\nHost: x\r\nAccept: application/json\r\n\r\n`;
}

/** Sends the same request again and again over some connections; resolves when all are answered. */
export async function hammer(port, { path, total, connections }) {
  const perConnection = Math.ceil(total / connections);
  await Promise.all(
    Array.from({ length: connections }, () => hammerOne(port, requestFor(path), perConnection)),
  );
}

function hammerOne(port, request, count) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.setNoDelay(true);
    let left = count;
    let expected = 0;
    let got = 0;
    socket.on('error', reject);
    socket.on('connect', () => socket.write(request));
    socket.on('data', (chunk) => {
      if (expected === 0) expected = sizeOfAnswer(chunk);
      got += chunk.length;
      if (got < expected) return;
      got = 0;
      expected = 0;
      left -= 1;
      if (left > 0) socket.write(request);
      else socket.end(resolve);
    });
  });
}

function sizeOfAnswer(chunk) {
  const head = chunk.subarray(0, 2048).toString('latin1');
  const end = head.indexOf('\r\n\r\n') + 4;
  return end + Number(/content-length: (\d+)/i.exec(head)[1]);
}

/** Opens watches and counts the events that come in. */
export async function openWatches(port, path, watcherCount) {
  const watchers = { lines: 0, sockets: [], reached: undefined };
  for (let n = 0; n < watcherCount; n += 1) {
    await new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1');
      watchers.sockets.push(socket);
      socket.on('error', reject);
      socket.on('connect', () => socket.write(requestFor(path)));
      socket.once('data', () => {
        resolve();
        socket.on('data', (chunk) => count(watchers, chunk));
      });
    });
  }
  return watchers;
}

export function closeWatches(watchers) {
  for (const socket of watchers.sockets) socket.destroy();
}

/** An event ends with a brace and a newline; the frames of chunked encoding never do. */
function count(watchers, chunk) {
  for (let at = chunk.indexOf('}\n'); at >= 0; at = chunk.indexOf('}\n', at + 2)) {
    watchers.lines += 1;
  }
  watchers.reached?.();
}

export function linesReached(watchers, lines) {
  return new Promise((resolve) => {
    const check = () => {
      if (watchers.lines < lines) return;
      watchers.reached = undefined;
      resolve();
    };
    watchers.reached = check;
    check();
  });
}

export function readAnswer(port, path) {
  return fetch(`http://127.0.0.1:${port}${path}`, { headers: { 'accept-encoding': 'identity' } });
}
