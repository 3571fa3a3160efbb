// A day at the agency with openapi-fetch and the types of openapi-typescript.
import { strict as assert } from "node:assert";
import createClient from "openapi-fetch";
import type { paths } from "../openapi-typescript";

const MISSING = "01920000-0000-7000-8000-00000000ffff";

async function signIn(baseUrl: string) {
  const client = createClient<paths>({ baseUrl });
  const { data } = await client.POST("/v1/auth/login", {
    body: { email: "agent@utopia-travel.example", password: "utopia-sunrise-42" },
  });
  assert(data);
  client.use({
    onRequest: ({ request }) => request.headers.set("Authorization", `Bearer ${data.access_token}`),
  });
  return client;
}

async function journey() {
  const client = await signIn(process.env.API!);

  // Add a customer with a passport, a membership and a group.
  const { data: vera, response: added } = await client.POST("/v1/users", {
    body: { email: "vera.fetch@mail.example", first_name: "Vera", last_name: "Sandgren", phone: "+46 70 123 45 67" },
  });
  const { data: nils } = await client.POST("/v1/users", { body: { first_name: "Nils" } });
  assert(vera && nils);
  const { data: passport } = await client.POST("/v1/passports", {
    body: {
      user_id: vera.id, issuing_country: "UTO", passport_number: "TS 704-2001", surname: "Sandgren", given_names: "Vera",
      date_of_birth: "1988-02-29", sex: "F", expiry_date: "2035-03-02",
    },
  });
  assert(passport?.masked && passport.passport_number?.endsWith("2001"));
  const { data: programs } = await client.GET("/v1/loyalty-programs");
  assert(programs?.data[0]);
  const { data: card } = await client.POST("/v1/loyalties", {
    body: { user_id: vera.id, program_id: programs.data[0].id, membership_number: "TS2026017" },
  });
  assert.equal(card?.user_id, vera.id);
  const { data: group } = await client.POST("/v1/groups", {
    body: { name: "Sandgren family (fetch)", members: [{ user_id: vera.id }, { user_id: nils.id, role: "child" }] },
  });
  assert.equal(group?.members.length, 2);

  // Page through a list.
  const ids: string[] = [];
  for (let cursor: string | undefined; ;) {
    const { data: page } = await client.GET("/v1/users", { params: { query: { limit: 2, cursor } } });
    assert(page);
    ids.push(...page.data.map((user) => user.id));
    if (!page.has_more) break;
    assert(page.next_cursor);
    cursor = page.next_cursor;
  }
  assert.equal(new Set(ids).size, ids.length);
  assert(ids.includes(vera.id) && ids.includes(nils.id));

  // Change one field, clear another, leave the rest.
  const etag = added.headers.get("ETag")!;
  const { data: changed } = await client.PATCH("/v1/users/{id}", {
    params: { path: { id: vera.id }, header: { "If-Match": etag } },
    body: { phone: null, title: "Dr" },
  });
  assert.equal(changed?.phone, null);
  assert.equal(changed?.title, "Dr");
  assert.equal(changed?.email, vera.email);

  // Read what went wrong; every error has the one type, whatever the status.
  const { error: missing } = await client.GET("/v1/users/{id}", { params: { path: { id: MISSING } } });
  assert.equal(missing?.code, "not_found");
  const { error: taken } = await client.POST("/v1/users", { body: { first_name: "V", email: "VERA.fetch@mail.example" } });
  assert.equal(taken?.code, "email_taken");
  const { error: wrong } = await client.POST("/v1/users", { body: { first_name: "", email: "nobody" } });
  assert.equal(wrong?.status, 422);
  assert.deepEqual(wrong.errors.map((field) => field.pointer).sort(), ["/email", "/first_name"]);

  // Read what a later version of the service answers.
  const later = await signIn(process.env.API_OF_TOMORROW!);
  const { data: known } = await later.GET("/v1/users/{id}", { params: { path: { id: vera.id } } });
  assert.equal(known?.role, "of_tomorrow");
}

journey().catch((error) => { console.error(error); process.exit(1); });
