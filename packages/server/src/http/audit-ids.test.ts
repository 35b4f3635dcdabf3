import { expect, it } from 'vitest';
import { createAuditIds } from './audit-ids.js';

it('ids of answers are UUIDs of version 4 that do not repeat, also beyond one random part', () => {
  const parts: string[] = [];
  const nextId = createAuditIds(() => {
    const uid = crypto.randomUUID();
    parts.push(uid);
    return uid;
  });
  const ids = Array.from({ length: 70_000 }, nextId);
  expect(new Set(ids).size).toBe(ids.length);
  expect(parts).toHaveLength(2);
  const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  expect(ids.filter((id) => !uuid.test(id))).toEqual([]);
});
