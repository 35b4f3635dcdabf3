import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createImageServer, type ImageServer } from '@imagestream/server';
import { listen, type Listening } from '@imagestream/server/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../../repo/source-files.js';
import { maskOutcome, maskRequests } from './masks.js';
import { findKubectls } from './programs.js';
import { storeChoices, type StoreChoice } from '../../stores/store-choices.js';
import { RequestLog, type SeenRequest } from '../request-log.js';
import { Workplace, type CommandInput } from './workplace.js';

/** A session as test/fixtures/kubectl/README.md describes it. */
interface Session extends Pick<CommandInput, 'stdin' | 'editor'> {
  args: string[];
  prepare?: { args: string[]; stdin?: string }[];
  sameSecond?: boolean;
  exit: number | null;
  stdout?: string;
  stderr: string;
  requests: SeenRequest[];
}

const FOLDER = join(ROOT, 'test', 'fixtures', 'kubectl');
const sessions = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json'))
  .sort()
  .map((file) => ({
    name: file.replace('.json', ''),
    session: JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Session,
  }));

/** Which requests kubectl sends, and how it words its output, is a matter of its version. */
const RECORDED_VERSION = '1.32';
const kubectl = findKubectls().find(({ version }) => version === RECORDED_VERSION);
if (kubectl === undefined) {
  console.warn(`skipped: recorded sessions, because no kubectl is of version ${RECORDED_VERSION}`);
}

describe.skipIf(kubectl === undefined).each(storeChoices())('$name', (choice) => {
  describe.skipIf(choice.missing !== undefined)('a recorded session of kubectl', () =>
    tell(choice),
  );
});

function tell(choice: StoreChoice): void {
  let nowMs = Date.parse('2026-01-01T00:00:00Z');
  let server: ImageServer;
  let log: RequestLog;
  let listening: Listening;
  let work: Workplace;

  beforeAll(async () => {
    await choice.start();
    server = await createImageServer({ store: await choice.open(), now: () => new Date(nowMs) });
    log = new RequestLog(server);
    listening = await listen(log);
    work = new Workplace({
      program: kubectl?.path ?? '',
      url: listening.url,
      namespace: 'kubectl-demo',
    });
    // The recording, too, began with discovery in kubectl's cache.
    await work.run(['api-resources']);
  });

  afterAll(async () => {
    work.close();
    await server.close();
    await listening.close();
    await choice.stop();
  });

  test.each(sessions)('$name prints and asks the same as on the real server', async (entry) => {
    const {
      args,
      prepare = [],
      sameSecond,
      exit,
      stdout,
      stderr,
      requests,
      ...input
    } = entry.session;
    for (const step of prepare) {
      expect(await work.run(step.args, { stdin: step.stdin ?? '' })).toMatchObject({ exit: 0 });
    }
    log.take();
    if (sameSecond !== true) nowMs += 1000;
    // A watch is asked for after the list is printed.
    const until = (text: string): boolean =>
      text.split('\n').length === stdout?.split('\n').length && log.answered() >= requests.length;
    const outcome = maskOutcome(
      await work.run(args, { ...input, ...(exit === null ? { until } : {}) }),
    );
    expect({ ...outcome, stdout: stdout === undefined ? '' : outcome.stdout }).toEqual({
      exit,
      stdout: stdout ?? '',
      stderr,
    });
    expect(maskRequests(log.take())).toEqual(requests);
  });
}
