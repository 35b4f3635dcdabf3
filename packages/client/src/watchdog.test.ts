import { expect, test } from 'vitest';
import { TestClock } from './scripted-server.test-support.js';
import { Watchdog } from './watchdog.js';

function setUp(): { clock: TestClock; dog: Watchdog; barks: number[] } {
  const clock = new TestClock();
  const barks: number[] = [];
  return { clock, barks, dog: new Watchdog(clock, (idleMs) => barks.push(idleMs)) };
}

test('it barks when a wait takes too long', () => {
  const { clock, dog, barks } = setUp();
  dog.start(20_000);
  clock.advance(19_999);
  expect(barks).toEqual([]);
  clock.advance(1);
  expect(barks).toEqual([20_000]);
});

test('waits that end in time are counted anew, whatever lies between them', () => {
  const { clock, dog, barks } = setUp();
  for (let i = 0; i < 10; i++) {
    dog.start(20_000);
    clock.advance(15_000);
    dog.pause();
    clock.advance(60_000);
  }
  expect(barks).toEqual([]);
});

test('a wait may be allowed to take longer than the one before', () => {
  const { clock, dog, barks } = setUp();
  dog.start(10_000);
  dog.pause();
  dog.start(100_000);
  clock.advance(50_000);
  expect(barks).toEqual([]);
  clock.advance(50_000);
  expect(barks).toEqual([100_000]);
});

test('stopped, it leaves no timer behind', () => {
  const { clock, dog, barks } = setUp();
  dog.start(20_000);
  dog.stop();
  clock.advance(30_000);
  expect([barks, clock.waiting]).toEqual([[], 0]);
});
