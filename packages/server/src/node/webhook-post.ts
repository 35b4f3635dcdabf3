import { Agent, request } from 'node:https';
import type { WebhookPost } from '../webhook/call-webhook.js';

/** An answer larger than this is none, in bytes: an object and its patch at the API's limits. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

/** Calls webhooks over HTTPS, on connections that are kept. */
export function createWebhookPost(): WebhookPost {
  const agents = new Map<string, Agent>();
  const agentFor = (caBundle = ''): Agent => {
    const known = agents.get(caBundle);
    if (known !== undefined) return known;
    const trust = caBundle === '' ? {} : { ca: caBundle };
    const agent = new Agent({ keepAlive: true, ...trust });
    agents.set(caBundle, agent);
    return agent;
  };
  return (url, { body, caBundle, signal }) =>
    postTo(url, { body, signal, agent: agentFor(caBundle) });
}

function postTo(
  url: string,
  { body, signal, agent }: { body: string; signal: AbortSignal; agent: Agent },
): Promise<{ status: number; body: string }> {
  const bytes = Buffer.from(body);
  const headers = {
    accept: 'application/json, */*',
    'content-type': 'application/json',
    'content-length': bytes.length,
    'user-agent': 'imagestream-server-admission',
  };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, signal, headers }, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > MAX_ANSWER_BYTES) response.destroy(new Error('the answer is too large'));
        else chunks.push(chunk);
      });
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    sent.on('error', (error: NodeJS.ErrnoException) => {
      // The other side had closed a kept connection in the same moment: nothing was read of the call.
      const isStale = sent.reusedSocket && error.code === 'ECONNRESET' && !signal.aborted;
      if (isStale) postTo(url, { body, signal, agent: newAgent(agent) }).then(resolve, reject);
      else reject(error);
    });
    sent.end(bytes);
  });
}

/** The same trust, on connections of its own. */
function newAgent({ options }: Agent): Agent {
  return new Agent({ ...options, keepAlive: false });
}
