import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Events by cloud, as the sandbox's state document has them. */
export type Events = Record<string, object[]>;

/** Some hours from now, as the sandbox reads it. */
export const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();

/** An event that waits for its customer. */
export const asking = (id: string, resource_id: string, type: string, hours: number) => ({
  id,
  resource_id,
  type,
  published_at: inHours(-24),
  not_before: inHours(hours),
  deadline: inHours(hours + 1),
  course: { kind: 'asking', until: inHours(hours) },
});

/** An event that has a time. */
export const planned = (id: string, resource_id: string, type: string, hours: number) => ({
  ...asking(id, resource_id, type, hours),
  course: { kind: 'planned', starts_at: inHours(hours), ends_at: inHours(hours + 2) },
});

/** The options of clouds that have these events, as long as `use` lasts. */
export async function cloudsWith(events: Events, use: (options: string[]) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-e2e-state-'));
  const state = join(folder, 'state.json');
  writeFileSync(state, JSON.stringify({ version: 1, events }));
  await use(['--state', state]);
  rmSync(folder, { recursive: true, force: true });
}
