import { changeSchema, partSchema } from "../../../lib/config/json_schema.ts";
import type { Controller } from "../../../lib/controller/interface.ts";
import { listDevices } from "../../../lib/devices.ts";
import {
  answer,
  type Api,
  createRoute,
  described,
  HttpError,
  READ_ERRORS,
  z,
} from "../../../lib/http.ts";
import { applyChange, changeHeaders, changeQuery, changeResponses } from "./change.ts";
import { interfaceSchema } from "./views.ts";

const part = { ...partSchema("interfaces.*"), examples: [{ device: "null" }] };
const change = { ...changeSchema("interfaces.*"), examples: [{ snat: ["nat4"] }] };

const param = z.object({
  interface: z.string().openapi({ param: { name: "interface", in: "path" }, example: "net0" }),
});

const list = createRoute({
  method: "get",
  path: "/api/v1/interfaces",
  tags: ["Interfaces"],
  summary: "All interfaces as they run",
  responses: {
    200: answer(z.object({ interfaces: z.array(interfaceSchema) }), "Interfaces as they run"),
  },
});

const read = createRoute({
  method: "get",
  path: "/api/v1/interfaces/{interface}",
  tags: ["Interfaces"],
  summary: "An interface as it runs",
  request: { params: param },
  responses: { 200: answer(interfaceSchema, "The interface as it runs"), ...READ_ERRORS },
});

const put = createRoute({
  method: "put",
  path: "/api/v1/interfaces/{interface}",
  tags: ["Interfaces"],
  summary: "Add an interface, or replace the one of that name",
  request: {
    params: param,
    query: changeQuery,
    headers: changeHeaders,
    body: { content: described("NewInterface", part) },
  },
  responses: changeResponses,
});

const update = createRoute({
  method: "patch",
  path: "/api/v1/interfaces/{interface}",
  tags: ["Interfaces"],
  summary: "Change fields of an interface",
  description: "Null takes one away, so that its default counts",
  request: {
    params: param,
    query: changeQuery,
    headers: changeHeaders,
    body: { content: described("InterfaceChange", change) },
  },
  responses: changeResponses,
});

const remove = createRoute({
  method: "delete",
  path: "/api/v1/interfaces/{interface}",
  tags: ["Interfaces"],
  summary: "Remove an interface",
  description: "Its packets are left to the kernel, where it has them, or to nobody",
  request: { params: param, query: changeQuery, headers: changeHeaders },
  responses: changeResponses,
});

const deviceSchema = z.object({
  device: z.string().openapi({ description: "As an interface's field `device` has it" }),
  link: z.enum(["up", "down"]).nullable(),
  mac: z.string().nullable(),
  interface: z.string().nullable().openapi({ description: "That has it; null: it is free" }),
}).openapi("Device");

const devices = createRoute({
  method: "get",
  path: "/api/v1/devices",
  tags: ["Interfaces"],
  summary: "What an interface can be opened on, on this machine",
  responses: { 200: answer(z.object({ devices: z.array(deviceSchema) }), "Devices") },
});

/** `/api/v1/interfaces`: interfaces as they run, added, changed and removed; `/api/v1/devices`. */
export function route(api: Api, controller: Controller): void {
  api.openapi(list, (c) => c.json({ interfaces: controller.status().interfaces }, 200));
  api.openapi(read, (c) => {
    const { interface: name } = c.req.valid("param");
    const found = controller.status().interfaces.find((one) => one.name === name);
    if (found === undefined) throw new HttpError(404, `no interface ${name}`);
    return c.json(found, 200);
  });
  api.openapi(put, async (c) => {
    const { interface: name } = c.req.valid("param");
    const change = { kind: "interface.put", name, value: c.req.valid("json") } as const;
    return c.json(await applyChange(controller, c, change, c.req.valid("query")), 200);
  });
  api.openapi(update, async (c) => {
    const { interface: name } = c.req.valid("param");
    const change = { kind: "interface.update", name, fields: c.req.valid("json") } as const;
    return c.json(await applyChange(controller, c, change, c.req.valid("query")), 200);
  });
  api.openapi(remove, async (c) => {
    const { interface: name } = c.req.valid("param");
    const change = { kind: "interface.remove", name } as const;
    return c.json(await applyChange(controller, c, change, c.req.valid("query")), 200);
  });
  api.openapi(devices, (c) => {
    const taken = Object.entries(controller.config().interfaces)
      .map(([name, { device }]) => [name, device]);
    return c.json({ devices: listDevices(Object.fromEntries(taken)) }, 200);
  });
}
