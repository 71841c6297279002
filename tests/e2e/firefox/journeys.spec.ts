import { HELD_MS } from '../servers';
import { asking, inHours } from '../state';
import { Key, expect, test } from './person';

/** Of `name` the event and its machine are called `e-name` and `i-name`. */
const of = (name: string, type: string, hours: number) => asking(`e-${name}`, `i-${name}`, type, hours);

const REBOOT = 'Instance:SystemMaintenance.Reboot';
/** More than the five that are under way at once. */
const VMS = ['vm-1', 'vm-2', 'vm-3', 'vm-4', 'vm-5', 'vm-6', 'vm-7'];

test.describe.configure({ mode: 'parallel' });

test.use({
  cloudOptions: ['--events', '0'],
  inventory: 'resource_id,name\ni-web,shop-web\ni-cache,shop-cache\ni-db,accounts-db\n',
});

// Before the proxy reads them for the first time.
test.beforeEach(async ({ clouds }) => {
  await clouds.events({
    ens: [
      of('web', REBOOT, 10),
      of('cache', 'Instance:SystemFailure.Redeploy', 20),
      of('db', 'Instance:SystemUpgrade.Migrate', 30),
      { ...of('later', REBOOT, 100), course: { kind: 'planned', starts_at: inHours(100), ends_at: inHours(120) } },
      { ...of('running', REBOOT, -1), course: { kind: 'planned', starts_at: inHours(-1), ends_at: inHours(20) } },
    ],
    'huawei-ecs': VMS.map((name, index) => of(name, 'instance-reboot', 40 + index)),
  });
});

test('the list opens with what is to decide, the most pressing first, and counts all there is', async ({ person }) => {
  await person.goTo('/');
  await person.find('heading', /^Events$/);
  const tabs = ['To decide 10', 'Scheduled 1', 'Running 1', 'Failed 0', 'Done 0', 'All 12'];
  await expect.poll(() => person.texts('tab', /./), { timeout: 20_000 }).toEqual(tabs);
  await person.says('tab', /^To decide/, 'aria-selected', 'true');
  const rows = await person.texts('row', /, decide in /);
  expect(rows).toHaveLength(10);
  expect(rows[0]).toContain('shop-web');
  expect(rows[1]).toContain('shop-cache');
  await person.press('tab', /^Running/);
  await person.find('row', /^Reboot, .*i-running\b.*, Executing/);
  await person.misses('row', /i-web/);
});

test('a machine is found by its name, and by what it is called nobody is', async ({ person }) => {
  await person.goTo('/events');
  await person.find('row', /^Migrate, accounts-db \(i-db\)/);
  await person.keys('/');
  await person.keys('SHOP-');
  await person.misses('row', /accounts-db/);
  expect(await person.all('row', /, shop-(web|cache) \(i-/)).toHaveLength(2);
  await person.type('searchbox', /^Search events$/, 'nobody');
  await person.reads('Nothing matches');
  await person.misses('row', /shop-/);
});

test('a filter stands in the address, and back and forward lead through it', async ({ person }) => {
  await person.goTo('/events');
  await person.find('row', /\(i-web\)/);
  await person.press('button', /^ecs/);
  await person.misses('row', /\(i-web\)/);
  expect(await person.path()).toBe('/events?account=ecs');
  expect(await person.all('row', /i-vm-\d\b/)).toHaveLength(VMS.length);
  await person.driver.navigate().refresh();
  await person.find('row', /i-vm-1\b/);
  await person.misses('row', /\(i-web\)/);
  await person.press('button', /^Clear filters$/);
  await person.find('row', /\(i-web\)/);
  await person.driver.navigate().back();
  await person.misses('row', /\(i-web\)/);
});

test('a column sorts, and the other way round', async ({ person }) => {
  await person.goTo('/events?account=edge');
  await person.find('row', /\(i-web\)/);
  const names = async () => (await person.texts('row', /, Inquiring, /)).map((row) => /shop-\w+|accounts-db/.exec(row)?.[0]);
  await person.press('button', /^Resource/);
  await person.says('columnheader', /^Resource/, 'aria-sort', 'ascending');
  expect(await names()).toEqual(['accounts-db', 'shop-cache', 'shop-web']);
  await person.press('button', /^Resource/);
  await person.says('columnheader', /^Resource/, 'aria-sort', 'descending');
  expect(await names()).toEqual(['shop-web', 'shop-cache', 'accounts-db']);
});

test('an event tells everything at an address that lasts, and gives the list back', async ({ person }) => {
  await person.goTo('/events');
  await person.press('link', /^Redeploy/, await person.find('row', /shop-cache/));
  await person.find('heading', /^What can be done now$/);
  await person.reads(/If nobody answers, Alibaba Cloud ENS redeploys it on /);
  expect(await person.path()).toMatch(/^\/events\/edge\//);
  await person.driver.navigate().refresh();
  await person.find('heading', /^What can be done now$/);
  await person.press('button', /^Check with the cloud now$/);
  await person.reads('The cloud says the same: Inquiring.');
  await person.keys(Key.ESCAPE);
  await person.misses('heading', /^What can be done now$/);
  expect(await person.path()).toBe('/events');
});

test('one machine is reviewed, rebooted and followed to its end', async ({ person, clouds }) => {
  await person.goTo('/events');
  await person.press('checkbox', /^Select .*shop-web/);
  await person.press('button', /^Review 1/);
  await person.find('dialog', /^Reboot 1 instance$/);
  await person.find('row', /^No data is lost: 1$/);
  await person.find('row', /^shop-web \(i-web\), .*not chosen yet$/);
  await person.press('radio', /^Now/);
  await person.find('row', /^shop-web \(i-web\), .*, Now$/);
  await person.press('tab', /^Exactly what will be sent$/);
  await person.reads('BatchEventRebootInstance');
  await person.type('textbox', /^To confirm, type how many go down at once \(1\)$/, '1');
  await person.press('button', /^Reboot 1$/);
  await person.find('heading', /^Reboot · 1 event$/);
  expect(await person.path()).toMatch(/^\/batches\/[0-9a-f-]{36}$/);
  await person.reads('1 taken effect', 30_000);
  await person.find('row', /^shop-web \(i-web\), taken effect/);
  expect(await clouds.accepted()).toEqual(['ens e-web']);
});

test('a selection of two clouds becomes two batches, one after the other', async ({ person, clouds }) => {
  await person.goTo('/events?state=inquiring&type=reboot');
  await person.find('row', /\(i-web\)/);
  await person.press('checkbox', /^Select all 8 /);
  await person.press('button', /^Review 8/);
  await person.reads('Batch 1 of 2');
  for (const [send, count, next] of [['Accept 7', '7', /^Next batch$/], ['Reboot 1', '1', /^Open the batch$/]] as const) {
    await person.press('radio', /^Now/);
    await person.type('textbox', /^To confirm/, count);
    await person.press('button', new RegExp(`^${send}$`));
    await person.find('heading', /^The server has the batch\.$/);
    await person.press('button', next);
  }
  await person.find('heading', /^Reboot · 1 event$/);
  // In the head of every page, and above the batch.
  await (await person.all('link', /^Batches/))[0]!.click();
  await person.find('link', /^Accept 7 events$/);
  const all = ['ens e-web', ...VMS.map((name) => `huawei-ecs e-${name}`)];
  await expect.poll(() => clouds.accepted(), { timeout: 20_000 }).toEqual(all);
});

test('what becomes of the data is asked, and nothing is sent without a choice and the number of those at stake', async ({ person, clouds }) => {
  await person.goTo('/events');
  await person.press('checkbox', /^Select .*accounts-db/);
  await person.press('button', /^Review 1/);
  await person.press('radio', /^Now/);
  await person.press('button', /^Migrate 1 · 2 missing$/);
  await person.reads('choose one: without a choice the cloud would leave the data behind');
  expect(await person.all('radio', /^(Leave it behind|Try to move it|Move it or stop)/)).toHaveLength(3);
  await person.press('radio', /^Leave it behind/);
  await person.find('row', /^Data is lost: 1/);
  await person.type('textbox', /^To confirm/, '2');
  await person.press('button', /^Migrate 1 · 1 missing$/);
  await person.find('dialog', /^Migrate 1 instance/);
  expect(await clouds.acts()).toEqual([]);
  await person.type('textbox', /^To confirm/, Key.BACK_SPACE + '1');
  await person.press('button', /^Migrate 1$/);
  await person.reads('1 of 1 answered', 30_000);
  expect((await clouds.acts()).map((act) => act.received)).toEqual([1]);
});

test('a batch is called off where it is not begun, and what is under way is waited for', async ({ person, clouds }) => {
  await clouds.fault({ operation: 'AcceptScheduledEvent', kind: 'delay', ms: HELD_MS, nth: [2, 3, 4, 5] });
  await person.goTo('/events?account=ecs');
  await person.find('row', /i-vm-1\b/);
  await person.press('checkbox', /^Select all 7 /);
  await person.press('button', /^Review 7/);
  await person.press('radio', /^Now/);
  await person.type('textbox', /^To confirm/, '7');
  await person.press('button', /^Accept 7$/);
  await person.press('button', /^Cancel the 2 not sent yet$/);
  await person.reads('2 not sent');
  await person.reads('4 sending');
  await clouds.letGo();
  await person.reads('5 taken', 30_000);
  await person.press('button', /^not sent · 2/);
  await person.reads('called off before it left');
  expect((await clouds.acts()).map((act) => act.received)).toEqual([1, 1, 1, 1, 1]);
});

test('what nobody knows is settled by a person, and ordered again', async ({ person, clouds }) => {
  await clouds.fault({ operation: 'BatchEventRebootInstance', kind: 'error', status: 503, times: 1 });
  await person.goTo('/events');
  await person.press('checkbox', /^Select .*shop-web/);
  await person.press('button', /^Review 1/);
  await person.press('radio', /^Now/);
  await person.type('textbox', /^To confirm/, '1');
  await person.press('button', /^Reboot 1$/);
  await person.reads(/1 unknown: their calls left/, 30_000);
  await person.misses('button', /^Retry/);
  await person.press('link', /^shop-web/);
  await person.type('textbox', /^How do you know\?$/, 'its uptime');
  await person.press('button', /^It did not happen$/);
  await person.reads('settled by a person');
  await person.press('button', /^Close$/);
  await person.press('button', /^Retry the 1 refused and unsent/);
  await person.find('dialog', /^Again: Reboot · 1 event$/);
  await person.type('textbox', /^To confirm/, '1');
  await person.press('button', /^Reboot 1$/);
  await person.find('link', /^This batch retries another one$/);
  // The first call may have been lost on its way: it is not overtaken.
  await person.reads('an earlier call for this event or instance may still arrive: it is sent when none can');
  expect((await clouds.acts()).map((act) => act.accepted)).toEqual([]);
});

test('theme and language stay as chosen', async ({ person }) => {
  const ground = () => person.driver.executeScript('return getComputedStyle(document.body).backgroundColor');
  await person.goTo('/events');
  await person.find('heading', /^Events$/);
  const light = await ground();
  await person.press('button', /^Dark$/);
  await expect.poll(ground).not.toBe(light);
  const dark = await ground();
  await person.press('button', /^中文$/);
  await person.find('heading', /^事件$/);
  await person.driver.navigate().refresh();
  await person.find('heading', /^事件$/);
  expect(await ground()).toBe(dark);
  expect(await person.driver.executeScript('return document.documentElement.lang')).toMatch(/^zh/);
  await person.find('row', /shop-web/);
});
