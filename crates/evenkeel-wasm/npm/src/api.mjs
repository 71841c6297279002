// What every entry exports. The types are in index.d.ts.
import { up } from "./instance.mjs";

export const operations = () => up().operations();

export const validate = (operation, params, options) =>
  up().validate(operation, params, options);

export const validateJson = (operation, json, options) =>
  up().validateJson(operation, json, options);

export const buildRequest = (operation, params, options) =>
  up().buildRequest(operation, params, options);

export const parseResponse = (operation, params, response, options) =>
  up().parseResponse(operation, params, response, options);

export const message = (issue, locale) => up().message(issue, locale);
