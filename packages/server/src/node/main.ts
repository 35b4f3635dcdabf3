#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { createImageServer } from '../create-image-server.js';
import { listen } from './listen.js';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    host: { type: 'string', default: '127.0.0.1' },
    memory: { type: 'boolean' },
  },
});
const server = await createImageServer({ onError: (error) => console.error(error) });
const listening = await listen(server, { host: values.host, port: Number(values.port) });
console.log(`imagestream-server listening on ${listening.url}`);
process.once('SIGTERM', () => {
  void listening
    .close()
    .then(() => server.close())
    .then(() => process.exit(0));
});
