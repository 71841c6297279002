import { test as base, expect, type Page } from '@playwright/test';

import { Clouds, Evenkeel } from './servers';

interface Fixtures {
  /** More options for the clouds, such as the size of the fleet. */
  cloudOptions: string[];
  /** Both clouds, fresh for each test. */
  clouds: Clouds;
  /** More accounts, as TOML. */
  moreAccounts: string;
  /** An inventory of one's own, as CSV; none where it is not there. */
  inventory: string | undefined;
  /** The `[server]` table of the configuration, as TOML. */
  serverTable: string;
  /** The proxy with the console. */
  evenkeel: Evenkeel;
  /** Whether whoever opens the page is logged in already. */
  loggedIn: boolean;
  /** What the browser says of the errors that a test provokes on purpose. */
  expectedErrors: RegExp;
}

/** Every test gets clouds, a proxy and a page of its own; a console error fails it. */
export const test = base.extend<Fixtures>({
  cloudOptions: [[], { option: true }],
  clouds: async ({ cloudOptions }, use) => {
    const clouds = await Clouds.start(cloudOptions);
    await use(clouds);
    await clouds.stop();
  },
  moreAccounts: ['', { option: true }],
  inventory: [undefined, { option: true }],
  serverTable: ['', { option: true }],
  evenkeel: async ({ clouds, moreAccounts, inventory, serverTable }, use) => {
    const evenkeel = await Evenkeel.start(clouds, moreAccounts, inventory, serverTable);
    await use(evenkeel);
    await evenkeel.stop();
  },
  expectedErrors: [/^$/, { option: true }],
  loggedIn: [true, { option: true }],
  storageState: async ({ evenkeel, loggedIn }, use) => {
    const session = { domain: new URL(evenkeel.url).hostname, path: '/', expires: -1, httpOnly: true, secure: false, sameSite: 'Strict' as const };
    await use({ cookies: loggedIn ? [{ ...session, ...(await evenkeel.cookie()) }] : [], origins: [] });
  },
  baseURL: async ({ evenkeel }, use) => use(evenkeel.url),
  page: async ({ page, expectedErrors }, use) => {
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text());
    });
    await use(page);
    const unexpected = errors.filter((error) => !expectedErrors.test(error));
    expect(unexpected, 'errors in the browser console').toEqual([]);
  },
});

export { expect, type Page };
