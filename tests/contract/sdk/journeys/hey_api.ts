// hey-api: sign in, read pages and problems, change, meet a later version.
import { strict as assert } from "node:assert";
import { createClient } from "../hey-api/client";
import { createUser, getUser, listUsers, loginUser, updateUser } from "../hey-api";

async function signIn(baseUrl: string) {
  const { data } = await loginUser({
    client: createClient({ baseUrl }),
    body: { email: "agent@utopia-travel.example", password: "utopia-sunrise-42" },
    throwOnError: true,
  });
  return createClient({ baseUrl, auth: () => data.access_token });
}

async function journey() {
  const client = await signIn(process.env.API!);
  const { data: vera } = await createUser({
    client, throwOnError: true, body: { first_name: "Vera", email: "vera.hey@mail.example", phone: "+46701234567" },
  });
  const { data: page } = await listUsers({ client, query: { limit: 2 }, throwOnError: true });
  assert(page.has_more && page.next_cursor);
  const { data: second } = await listUsers({ client, query: { limit: 2, cursor: page.next_cursor }, throwOnError: true });
  assert.notEqual(second.data[0]?.id, page.data[0]?.id);
  const { data: changed } = await updateUser({
    client, throwOnError: true, path: { id: vera.id }, body: { phone: null, title: "Dr" },
  });
  assert.equal(changed.phone, null);
  assert.equal(changed.title, "Dr");

  const { error: missing } = await getUser({ client, path: { id: "01920000-0000-7000-8000-00000000ffff" } });
  assert.equal(missing?.code, "not_found");
  const { error: taken } = await createUser({ client, body: { first_name: "V", email: "vera.hey@mail.example" } });
  assert.equal(taken?.code, "email_taken");
  const { error: wrong } = await createUser({ client, body: { first_name: "", email: "nobody" } });
  assert.deepEqual(wrong?.errors.map((field) => field.pointer).sort(), ["/email", "/first_name"]);

  const later = await signIn(process.env.API_OF_TOMORROW!);
  const { data: known } = await getUser({ client: later, path: { id: vera.id }, throwOnError: true });
  assert.equal(known.role, "of_tomorrow");
}

journey().catch((error) => { console.error(error); process.exit(1); });
