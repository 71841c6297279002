// Standard Schema with the libraries that take one, each as its users use it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { sValidator } from "@hono/standard-validator";
import { standardSchemaResolver } from "@hookform/resolvers/standard-schema";
import { FormApi } from "@tanstack/form-core";
import { initTRPC } from "@trpc/server";
import { operations } from "evenkeel";
import { standardSchema } from "evenkeel/standard-schema";
import { Hono } from "hono";

const now = "2026-11-22T12:00:00Z";
const accept = standardSchema("AcceptScheduledEvent", { now });
const migrate = standardSchema("BatchEventMigrateInstance", { now });

const good = { id: "1", not_before: "2026-11-24T01:30:00Z" };
const item = { EventId: "e-1", ResourceId: "i-1", OpsType: "immediate", DataPolicy: "try_transfer" };
const bad = { EventInfos: [item, { ...item, EventId: "e-2", OpsType: "inmediate" }] };

test("every operation has a schema of the interface's first version", async () => {
  for (const name of operations()) {
    const { "~standard": standard } = standardSchema(name);
    assert.equal(standard.version, 1);
    assert.equal(standard.vendor, "evenkeel");
    const result = await standard.validate(null);
    assert.deepEqual(
      result.issues.map(({ message, path, code }) => ({ message, path, code })),
      [{ message: "must be object, is null", path: [], code: "wrong_type" }],
    );
  }
});

test("gives the value, or issues with their paths in the wanted language", () => {
  assert.deepEqual(accept["~standard"].validate(good), { value: good });
  const { issues } = migrate["~standard"].validate(bad);
  assert.deepEqual(
    issues.map(({ path, message, nearest }) => ({ path, message, nearest })),
    [
      {
        path: ["EventInfos", 1, "OpsType"],
        message: "must be one of `immediate`, `scheduled`",
        nearest: "immediate",
      },
    ],
  );
  const chinese = standardSchema("BatchEventMigrateInstance", { now, locale: "zh-CN" });
  assert.equal(
    chinese["~standard"].validate(bad).issues[0].message,
    "必须是以下之一：`immediate`、`scheduled`",
  );
});

test("tells warnings to nobody, and refuses nothing for them", () => {
  const lossy = { EventInfos: [{ ...item, DataPolicy: "abandon" }] };
  assert.deepEqual(migrate["~standard"].validate(lossy), { value: lossy });
});

test("without a time every check goes by its own", (t) => {
  const schema = standardSchema("AcceptScheduledEvent", null);
  t.mock.timers.enable({ apis: ["Date"], now: Date.parse("2026-11-22T12:00:00Z") });
  assert.deepEqual(schema["~standard"].validate(good), { value: good });
  t.mock.timers.setTime(Date.parse("2026-11-25T00:00:00Z"));
  assert.equal(schema["~standard"].validate(good).issues[0].code, "in_the_past");
});

test("a wrong operation or option is an issue of no field, not a throw", () => {
  const said = (operation, options, params) =>
    standardSchema(operation, options)["~standard"].validate(params).issues.map(({ path, message }) => [path, message]);
  const [[path, message]] = said("Accept", {}, good);
  assert.deepEqual(path, []);
  assert.match(message, /^operation: must be one of /);
  assert.deepEqual(said("AcceptScheduledEvent", { now: "soon", locale: "en" }, good), [
    [[], "options.now: not a time; write it as `2026-11-24T01:30:00Z`"],
  ]);
  assert.deepEqual(said("AcceptScheduledEvent", { now }, { ...good, options: 1 }).map(([path]) => path), [["options"]]);
});

test("tRPC takes it as an input", async () => {
  const { procedure, router, createCallerFactory } = initTRPC.create();
  const api = router({ accept: procedure.input(accept).mutation(({ input }) => input.not_before) });
  const caller = createCallerFactory(api)({});
  assert.equal(await caller.accept(good), good.not_before);
  await assert.rejects(caller.accept({ id: "1" }), (error) => {
    assert.equal(error.code, "BAD_REQUEST");
    assert.deepEqual(error.cause.issues[0].path, ["not_before"]);
    assert.match(error.cause.issues[0].message, /without it the cloud takes `now`/);
    return true;
  });
});

test("Hono takes it for a body", async () => {
  const app = new Hono().post("/migrate", sValidator("json", migrate), (c) =>
    c.json(c.req.valid("json").EventInfos.length),
  );
  const post = (body) =>
    app.request("/migrate", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const accepted = await post({ EventInfos: [item] });
  assert.deepEqual([accepted.status, await accepted.json()], [200, 1]);
  const refused = await post(bad);
  assert.equal(refused.status, 400);
  const { error, success } = await refused.json();
  assert.equal(success, false);
  assert.deepEqual(error[0].path, ["EventInfos", 1, "OpsType"]);
});

test("TanStack Form shows the issues at their fields", async () => {
  const form = new FormApi({ defaultValues: { id: "", not_before: "soon" }, validators: { onChange: accept } });
  form.mount();
  form.setFieldValue("id", "a\n");
  await form.validate("change");
  const errors = form.state.errorMap.onChange;
  assert.deepEqual(Object.keys(errors).toSorted(), ["id", "not_before"]);
  assert.equal(errors.not_before[0].code, "malformed_time");
  form.setFieldValue("id", "a");
  form.setFieldValue("not_before", "now");
  await form.validate("change");
  assert.equal(form.state.canSubmit, true);
});

test("react-hook-form shows the issues at their fields", async () => {
  const resolve = standardSchemaResolver(migrate);
  const fields = { fields: {}, shouldUseNativeValidation: false };
  const fine = { EventInfos: [item] };
  assert.deepEqual(await resolve(fine, undefined, fields), { values: fine, errors: {} });
  const { values, errors } = await resolve(bad, undefined, fields);
  assert.deepEqual(values, {});
  assert.equal(errors.EventInfos[1].OpsType.message, "must be one of `immediate`, `scheduled`");
  assert.equal(errors.EventInfos[0], undefined);
});
