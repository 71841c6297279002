import type { CDPSession } from '@playwright/test';

import { expect, type Page, test } from './fixtures';
import { asking, cloudsWith } from './state';

test.use({
  cloudOptions: async ({}, use) => cloudsWith({ ens: [asking('e-reboot', 'i-once', 'Instance:SystemMaintenance.Reboot', 40)], 'huawei-ecs': [] }, use),
  inventory: 'resource_id,name,local_disks\ni-once,web-1,\n',
});

interface Node {
  ignored: boolean;
  role?: { value: string };
  name?: { value: string };
  properties?: { name: string; value: { value: unknown } }[];
  backendDOMNodeId?: number;
}

/** A page as a screen reader has it: roles and names of its accessibility tree, and the keyboard. */
class Reader {
  private constructor(
    private readonly page: Page,
    private readonly session: CDPSession,
  ) {}

  static async of(page: Page): Promise<Reader> {
    const session = await page.context().newCDPSession(page);
    await session.send('Accessibility.enable');
    return new Reader(page, session);
  }

  private async all(role: string, name: RegExp): Promise<Node[]> {
    const tree = (await this.session.send('Accessibility.getFullAXTree')) as unknown as { nodes: Node[] };
    return tree.nodes.filter((node) => !node.ignored && node.role?.value === role && name.test(node.name?.value ?? ''));
  }

  /** The one that is called so, once it is there. */
  async find(role: string, name: RegExp): Promise<Node> {
    await expect.poll(async () => (await this.all(role, name)).length, { message: `one ${role} called ${name}` }).toBe(1);
    return (await this.all(role, name))[0]!;
  }

  async misses(role: string, name: RegExp): Promise<void> {
    await expect.poll(async () => (await this.all(role, name)).length, { message: `no ${role} called ${name}` }).toBe(0);
  }

  async press(role: string, name: RegExp, key: string): Promise<void> {
    const { backendDOMNodeId } = await this.find(role, name);
    await this.session.send('DOM.focus', { backendNodeId: backendDOMNodeId });
    await this.page.keyboard.press(key);
  }

  /** What a node says of itself beside its name, such as `selected`. */
  async says(role: string, name: RegExp, property: string, value: unknown): Promise<void> {
    const said = async () => (await this.find(role, name)).properties?.find((it) => it.name === property)?.value.value;
    await expect.poll(said, { message: `${property} of the ${role} called ${name}` }).toEqual(value);
  }
}

test('a machine is found, looked at, rebooted and followed by the accessibility tree alone', async ({ page, clouds }) => {
  await page.goto('/');
  const reader = await Reader.of(page);
  await reader.find('heading', /^Events$/);
  await reader.says('tab', /^To decide/, 'selected', true);
  await reader.find('row', /^Reboot, web-1 \(i-once\), Inquiring, decide in /);
  await reader.press('checkbox', /^Select .*web-1 \(i-once\)/, 'Space');
  await reader.says('row', /^Reboot, web-1 \(i-once\)/, 'selected', true);
  await reader.press('button', /^Review 1/, 'Enter');

  // What is under the dialog is not there for a reader.
  await reader.find('dialog', /^Reboot 1 instance$/);
  await reader.misses('heading', /^Events$/);
  await reader.find('StaticText', /^If nobody answers, Alibaba Cloud ENS reboots it on /);
  await reader.find('row', /^No data is lost: 1$/);
  await reader.find('row', /^web-1 \(i-once\), Reboot · goes down briefly, keeps its data, not chosen yet$/);
  await reader.press('radio', /^Now/, 'Space');
  await reader.says('radio', /^Now/, 'checked', 'true');
  await reader.find('row', /^web-1 \(i-once\), .*, Now$/);
  // A button that cannot be pressed yet says what is missing.
  await reader.find('button', /^Reboot 1 · 1 missing$/);
  await reader.press('textbox', /^To confirm, type how many go down at once \(1\)$/, '1');
  await reader.press('button', /^Reboot 1$/, 'Enter');

  await reader.find('heading', /^Reboot · 1 event$/);
  await reader.find('StaticText', /^1 taken effect$/);
  await reader.find('row', /^web-1 \(i-once\), taken effect/);
  await reader.find('link', /^web-1 ?i-once$/);
  await expect.poll(() => clouds.accepted()).toEqual(['ens e-reboot']);
});
