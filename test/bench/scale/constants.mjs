// What the model is fed with: figures of the bench `etcd`, rounded. Everything of that bench shares the
// two cores of one machine, so they are low for machines of their own; put in what you measure.

/** One write at a time, and a hundred at a time, in writes per second (`writes`, one member). */
export const oneByOnePerSecond = 1900;
export const saturatedPerSecond = 9000;

/** One write in a hundred took so many times as long as an ordinary one (`writes`, 99th percentile by median). */
export const slowFlush = { share: 0.01, times: 6 };

/** What a replica pays for an event before anybody watches, and for each delivery, in microseconds of CPU (`follow`, `watch`). */
export const eventMicroseconds = 160;
export const deliveryMicroseconds = 8;

/** What a replica pays for a write it is asked for over HTTP, its own event included (`api`, one replica). */
export const writeMicroseconds = 850;

/** How much of a core may be used before waiting times grow out of bounds. */
export const maxLoad = 0.7;

/** From one machine of a data centre to another and back, in milliseconds: an assumption, not measured. */
export const roundTripMs = 0.5;

/** A lost connection to etcd is noticed within nine seconds (pings of the store's client), then made again. */
export const outage = { noticedAfterMs: 9_000, healedAfterMs: 500 };
