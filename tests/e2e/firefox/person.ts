import { Builder, By, Key, type WebDriver, type WebElement } from 'selenium-webdriver';
import { Options, ServiceBuilder } from 'selenium-webdriver/firefox.js';
import logInspector from 'selenium-webdriver/bidi/logInspector.js';
import { BytesValue } from 'selenium-webdriver/bidi/networkTypes.js';
import { PartialCookie } from 'selenium-webdriver/bidi/partialCookie.js';
import storage from 'selenium-webdriver/bidi/storage.js';

import { expect, test as base } from '../fixtures';

/** Where to look for what has a role: fewer elements to ask the browser about, which says itself which role and name each has. */
const PLACES = {
  alertdialog: '[role=alertdialog]',
  button: 'button',
  checkbox: 'input[type=checkbox]',
  columnheader: '[role=columnheader], th',
  complementary: 'aside',
  dialog: 'dialog, [role=dialog]',
  grid: '[role=grid]',
  heading: 'h1, h2, h3',
  link: 'a[href]',
  radio: 'input[type=radio]',
  row: '[role=row], tr',
  searchbox: 'input[type=search]',
  status: '[role=status]',
  tab: '[role=tab]',
  textbox: 'input, textarea',
} as const;

export type Role = keyof typeof PLACES;

/** An element that the list has drawn anew since it was found. */
const isGone = (error: unknown) => error instanceof Error && ['StaleElementReferenceError', 'NoSuchElementError', 'DetachedShadowRootError'].includes(error.name);

/** A page in Firefox as a person has it: by roles and names of Firefox's own accessibility tree, the pointer and the keyboard. */
export class Person {
  /** What the page threw or complained of. */
  readonly complaints: string[] = [];

  private constructor(
    readonly driver: WebDriver,
    private readonly url: string,
  ) {}

  static async at(url: string): Promise<Person> {
    const options = new Options().addArguments('-headless', '--width=1440', '--height=900').setPreference('intl.accept_languages', 'en-US');
    if (process.env.EVENKEEL_FIREFOX) options.setBinary(process.env.EVENKEEL_FIREFOX);
    options.enableBidi();
    const service = new ServiceBuilder('geckodriver').setEnvironment({ ...process.env, TZ: 'UTC' });
    const driver = await new Builder().forBrowser('firefox').setFirefoxOptions(options).setFirefoxService(service).build();
    const person = new Person(driver, url);
    const log = await logInspector(driver);
    await log.onJavascriptException((entry: { text: string }) => person.complaints.push(entry.text));
    await log.onConsoleEntry((entry: { level: string; text: string }) => {
      if (['error', 'warn'].includes(entry.level)) person.complaints.push(entry.text);
    });
    return person;
  }

  async goTo(path: string): Promise<void> {
    await this.driver.get(new URL(path, this.url).href);
  }

  /** Path and query of where the page is. */
  async path(): Promise<string> {
    const { pathname, search } = new URL(await this.driver.getCurrentUrl());
    return pathname + search;
  }

  /** All that have the role and a name like this, and can be perceived. */
  async all(role: Role, name: RegExp, within?: WebElement): Promise<WebElement[]> {
    const places = await (within ?? this.driver).findElements(By.css(PLACES[role]));
    const fits = async (place: WebElement): Promise<boolean> => {
      try {
        return name.test(await place.getAccessibleName()) && (await place.getAriaRole()) === role;
      } catch (error) {
        if (isGone(error)) return false;
        throw error;
      }
    };
    const fitting = await Promise.all(places.map(fits));
    return places.filter((_, index) => fitting[index]);
  }

  /** The one, once there is one and no other. */
  async find(role: Role, name: RegExp, within?: WebElement): Promise<WebElement> {
    let found: WebElement[] = [];
    await expect
      .poll(async () => (found = await this.all(role, name, within)).length, { message: `one ${role} called ${name}`, timeout: 15_000 })
      .toBe(1);
    return found[0]!;
  }

  async misses(role: Role, name: RegExp): Promise<void> {
    await expect.poll(async () => (await this.all(role, name)).length, { message: `no ${role} called ${name}` }).toBe(0);
  }

  async press(role: Role, name: RegExp, within?: WebElement): Promise<void> {
    // Found anew where a row was drawn anew, or something moves in front of it, between the look and the click.
    await expect(async () => {
      const found = await this.all(role, name, within);
      expect(found.length, `one ${role} called ${name}`).toBe(1);
      await found[0]!.click();
    }).toPass({ timeout: 20_000 });
  }

  async type(role: Role, name: RegExp, text: string): Promise<void> {
    await (await this.find(role, name)).sendKeys(text);
  }

  async keys(...keys: string[]): Promise<void> {
    await this.driver.actions().sendKeys(...keys).perform();
  }

  /** What the elements of a role tell, each its text. */
  async texts(role: Role, name: RegExp): Promise<string[]> {
    const texts: string[] = [];
    for (const element of await this.all(role, name)) texts.push((await element.getText()).replaceAll(/\s+/g, ' '));
    return texts;
  }

  /** Once some place of the page says this. */
  async reads(text: string | RegExp, timeout = 15_000): Promise<void> {
    const whole = async () => (await this.driver.findElement(By.css('body')).getText()).replaceAll(/\s+/g, ' ');
    const wanted = typeof text === 'string' ? expect.stringContaining(text) : expect.stringMatching(text);
    await expect.poll(whole, { timeout }).toEqual(wanted);
  }

  async says(role: Role, name: RegExp, attribute: string, value: string): Promise<void> {
    await expect.poll(async () => (await this.find(role, name)).getAttribute(attribute), { message: `${attribute} of the ${role} called ${name}` }).toBe(value);
  }

  /** Has a session from the first page on: Firefox complains of what a page that is left was reading. */
  async logIn({ name, value }: { name: string; value: string }): Promise<void> {
    const cookie = new PartialCookie(name, new BytesValue(BytesValue.Type.STRING, value), new URL(this.url).hostname);
    const store = await storage(this.driver);
    await store.setCookie(cookie.path('/').httpOnly(true).sameSite('strict'));
  }

  end(): Promise<void> {
    return this.driver.quit();
  }
}

/** Every test has a Firefox of its own, with a profile that knows nothing; an error in its console fails it. */
export const test = base.extend<{ person: Person }>({
  person: async ({ evenkeel }, use) => {
    const person = await Person.at(evenkeel.url);
    await person.logIn(await evenkeel.cookie());
    await use(person);
    await person.end();
    expect(person.complaints, 'errors in the browser console').toEqual([]);
  },
});

export { expect, Key };
