// Costs of two peers, measured in turns so that both see the same machine.

const defaults = { rounds: 9, warmUpRounds: 2 };

export function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

/**
 * CPU microseconds per piece of work in turns: peer, ours, peer, ours … Medians, and the ratio of each pair.
 * What `workBesides` costs is subtracted: it is the part of the work that is not to be measured.
 */
export async function inTurns({ peer, ours }, pieces, options = {}) {
  const { rounds, warmUpRounds } = { ...defaults, ...options };
  const costs = { peer: [], ours: [] };
  for (let round = -warmUpRounds; round < rounds; round += 1) {
    for (const [name, { child, work, workBesides }] of Object.entries({ peer, ours })) {
      const besides = workBesides === undefined ? 0 : await cpuOf(child, workBesides);
      const cost = ((await cpuOf(child, work)) - besides) / pieces;
      if (round >= 0) costs[name].push(cost);
    }
  }
  return {
    peerMicroseconds: median(costs.peer),
    oursMicroseconds: median(costs.ours),
    ratio: median(costs.peer.map((cost, i) => cost / costs.ours[i])),
  };
}

/** The medians of what several measurements of the same say. */
export function medianCost(costs) {
  return {
    peerMicroseconds: median(costs.map((cost) => cost.peerMicroseconds)),
    oursMicroseconds: median(costs.map((cost) => cost.oursMicroseconds)),
    ratio: median(costs.map((cost) => cost.ratio)),
  };
}

async function cpuOf(child, work) {
  const before = await child.cpu();
  await work();
  return (await child.cpu()) - before;
}
