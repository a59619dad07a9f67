import { z } from "zod";
import { Seen } from "./usage.js";

const Address = z.object({ street: z.string().min(1), city: z.string(), zip: z.string().regex(/^\d{5}$/) });
const User = z
  .object({
    name: z.string().trim().min(2).max(20),
    email: z.email(),
    age: z.number().int().positive().optional(),
    roles: z.array(z.enum(["admin", "author", "reader"])).default(["reader"]),
    address: Address.nullable(),
  })
  .strict();

const Category = z.object({
  name: z.string(),
  get parts() {
    return z.array(Category);
  },
});

const Shape = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("circle"), radius: z.number() }),
  z.object({ kind: z.literal("rectangle"), width: z.number(), height: z.number() }),
]);

export function main() {
  const seen = new Seen();
  const issues = (result) =>
    result.success ? [] : result.error.issues.map((issue) => `${issue.path.join(".")} ${issue.code}: ${issue.message}`);

  const ada = { name: " Ada ", email: "ada@example.com", age: 36, address: { street: "Main", city: "London", zip: "12345" } };
  seen.same("parses, trims, fills in", User.parse(ada), {
    name: "Ada",
    email: ada.email,
    age: 36,
    roles: ["reader"],
    address: ada.address,
  });
  const wrong = { name: "A", email: "nobody", age: 1.5, roles: ["king"], address: { zip: "x" } };
  seen.same("all issues at once", issues(User.safeParse(wrong)), [
    "name too_small: Too small: expected string to have >=2 characters",
    "email invalid_format: Invalid email address",
    "age invalid_type: Invalid input: expected int, received number",
    'roles.0 invalid_value: Invalid option: expected one of "admin"|"author"|"reader"',
    "address.street invalid_type: Invalid input: expected string, received undefined",
    "address.city invalid_type: Invalid input: expected string, received undefined",
    "address.zip invalid_format: Invalid string: must match pattern /^\\d{5}$/",
  ]);
  seen.same("unknown keys", issues(User.safeParse({ ...ada, extra: 1 })), [' unrecognized_keys: Unrecognized key: "extra"']);
  seen.throws("parse throws", () => z.string().parse(12), "expected string, received number");
  seen.same("a recursive schema", Category.parse({ name: "a", parts: [{ name: "b", parts: [] }] }), {
    name: "a",
    parts: [{ name: "b", parts: [] }],
  });
  seen.same("its issues", issues(Category.safeParse({ name: "a", parts: [{ name: "b", parts: [{ name: 1, parts: [] }] }] })), [
    "parts.0.parts.0.name invalid_type: Invalid input: expected string, received number",
  ]);
  seen.same("a discriminated union", Shape.parse({ kind: "rectangle", width: 2, height: 3 }), {
    kind: "rectangle",
    width: 2,
    height: 3,
  });
  seen.same("no such kind", issues(Shape.safeParse({ kind: "line" })).length, 1);
  const either = z.union([z.string(), z.number()]);
  seen.same(
    "a union",
    [1, "1", true].map((v) => either.safeParse(v).success),
    [true, true, false],
  );
  const even = z.number().refine((n) => n % 2 === 0, { error: "must be even" });
  seen.same("refine", [issues(even.safeParse(3)), even.parse(4)], [[" custom: must be even"], 4]);
  const passwords = z.object({ one: z.string(), two: z.string() }).superRefine((value, context) => {
    if (value.one !== value.two) context.addIssue({ code: "custom", path: ["two"], message: "differs" });
  });
  seen.same("superRefine", issues(passwords.safeParse({ one: "a", two: "b" })), ["two custom: differs"]);
  const csv = z
    .string()
    .transform((text) => text.split(","))
    .pipe(z.array(z.coerce.number()));
  seen.same("transform, pipe, coerce", csv.parse("1,2,30"), [1, 2, 30]);
  seen.same("preprocess", z.preprocess((v) => String(v).length, z.number().max(3)).parse("abc"), 3);
  seen.same("catch", z.number().catch(7).parse("no"), 7);
  seen.same("a record", z.record(z.string(), z.number()).parse({ a: 1, b: 2 }), { a: 1, b: 2 });
  seen.same(
    "a map and a set",
    [
      ...z
        .map(z.string(), z.set(z.number()))
        .parse(new Map([["k", new Set([1, 2])]]))
        .get("k"),
    ],
    [1, 2],
  );
  seen.same("a tuple with a rest", z.tuple([z.string(), z.number()]).rest(z.boolean()).parse(["a", 1, true, false]), [
    "a",
    1,
    true,
    false,
  ]);
  const both = z.intersection(z.object({ a: z.number() }), z.object({ b: z.string() }));
  seen.same("an intersection", both.parse({ a: 1, b: "x" }), { a: 1, b: "x" });
  seen.same(
    "pick, omit, extend, partial",
    [
      Object.keys(Address.pick({ zip: true }).shape),
      Object.keys(Address.omit({ zip: true }).extend({ land: z.string() }).shape),
      Address.partial().parse({}),
    ],
    [["zip"], ["street", "city", "land"], {}],
  );
  seen.same("dates", z.coerce.date().parse("2024-02-29T00:00:00Z").getUTCDate(), 29);
  seen.same(
    "formats",
    ["2024-02-29", "2023-02-29"].map((d) => z.iso.date().safeParse(d).success),
    [true, false],
  );
  seen.same("a template literal", z.templateLiteral(["v", z.number(), ".", z.number()]).safeParse("v1.22").success, true);
  const pair = z.object({ left: z.number(), right: z.array(z.string()) });
  const tree = z.treeifyError(pair.safeParse({ left: "x", right: ["a", 1] }).error);
  seen.same(
    "a tree of errors",
    [tree.errors, tree.properties?.left?.errors, tree.properties?.right?.items?.map((item) => item.errors)],
    [[], ["Invalid input: expected number, received string"], [null, ["Invalid input: expected string, received number"]]],
  );
  seen.same(
    "errors as text",
    z.prettifyError(z.object({ a: z.string() }).safeParse({ a: 1 }).error),
    "✖ Invalid input: expected string, received number\n  → at a",
  );
  seen.same("JSON Schema", z.toJSONSchema(z.object({ id: z.number().int().min(1), tags: z.array(z.string()).optional() })), {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object",
    properties: {
      id: { type: "integer", minimum: 1, maximum: 9007199254740991 },
      tags: { type: "array", items: { type: "string" } },
    },
    required: ["id"],
    additionalProperties: false,
  });
  return seen.facts;
}
