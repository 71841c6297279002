import config from './playwright.config';

/** Takes pictures for a person to look at: `npx --no-install playwright test --config pictures.config.ts`. */
export default { ...config, testMatch: 'pictures.ts', timeout: 240_000 };
