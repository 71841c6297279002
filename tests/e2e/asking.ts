/** One moment for all: an event that is put again has the times that it had. */
const NOW = Math.ceil(Date.now() / 1000) * 1000;
export const inHours = (hours: number) => new Date(NOW + hours * 3_600_000).toISOString();
const published = inHours(-24);
/** Of `name` the event and its machine are called `e-name` and `i-name`. */
export const asking = (name: string, hours: number) => ({
  id: `e-${name}`,
  resource_id: `i-${name}`,
  type: 'Instance:SystemMaintenance.Reboot',
  published_at: published,
  not_before: inHours(hours),
  course: { kind: 'asking', until: inHours(hours) },
});
