import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pushRecordedContent } from '../fixtures/registry/push-recorded.js';
import {
  missingRegistry,
  startRegistries,
  type RunningRegistries,
} from '../fixtures/registry/start-registry.js';
import { compareStory } from './compare.js';
import { KNOWN_DIFFERENCES } from './known-differences.js';
import { readRecordings, type Recording } from './recording.js';
import { replay } from './replay.js';
import { RECORDINGS, startFor, withRegistries } from './servers.js';
import { storeChoices, type StoreChoice } from '../stores/store-choices.js';

const recordings = readRecordings(RECORDINGS).filter(
  (recording) => recording.readOnly === undefined,
);
const groups = [...new Set(recordings.map((recording) => recording.group))];

const missing = missingRegistry();
if (missing !== undefined) console.log(`stories that import are left out: ${missing}`);

let registries: RunningRegistries | undefined;

beforeAll(async () => {
  if (missing !== undefined) return;
  registries = await startRegistries();
  await pushRecordedContent(registries.open);
}, 60_000);

afterAll(() => registries?.stop());

async function differencesOf(recorded: Recording, choice: StoreChoice): Promise<string[]> {
  const recording = registries === undefined ? recorded : withRegistries(recorded, registries);
  const server = await startFor(recording, { registries, store: await choice.open() });
  try {
    const answers = await replay(recording, server.url);
    return compareStory(recording, answers).flatMap((differences, step) => {
      const request = recording.steps[step]?.request;
      return differences.map(
        ({ at, expected, got }) =>
          `${request?.method ?? ''} ${request?.path ?? ''} ${at}: expected ${String(expected)}, got ${String(got)}`,
      );
    });
  } finally {
    await server.close();
  }
}

describe.each(storeChoices())('$name', (choice) => {
  beforeAll(() => (choice.missing === undefined ? choice.start() : undefined), 60_000);
  afterAll(() => choice.stop());

  describe.skipIf(choice.missing !== undefined).each(groups)('group %s', (group) => {
    const stories = recordings
      .filter((recording) => recording.group === group)
      .filter((recording) => recording.registry !== true || missing === undefined);
    test.concurrent.each(stories)('$name', { timeout: 60_000 }, async (recording) => {
      const differences = await differencesOf(recording, choice);
      const reason = KNOWN_DIFFERENCES[recording.name];
      if (reason === undefined) expect(differences).toEqual([]);
      else expect(differences, `equal now, so its line "${reason}" must go`).not.toEqual([]);
    });
  });
});

test('every known difference names a story', () => {
  const names = new Set(recordings.map((recording) => recording.name));
  expect(Object.keys(KNOWN_DIFFERENCES).filter((name) => !names.has(name))).toEqual([]);
});
