// typescript-fetch of openapi-generator: sign in, read pages and problems, change, meet a later version.
import { strict as assert } from "node:assert";
import { AuthApi, Configuration, ProblemFromJSON, ResponseError, UsersApi } from "../typescript-fetch";

async function signIn(basePath: string) {
  const { accessToken } = await new AuthApi(new Configuration({ basePath })).loginUser({
    login: { email: "agent@utopia-travel.example", password: "utopia-sunrise-42" },
  });
  return new UsersApi(new Configuration({ basePath, accessToken }));
}

async function problem(call: Promise<unknown>, status: number, code: string) {
  const refused = await call.then(() => assert.fail(`${status} ${code} expected`), (error: unknown) => error);
  assert(refused instanceof ResponseError, String(refused));
  assert.equal(refused.response.status, status);
  const problem = ProblemFromJSON(await refused.response.json());
  assert.equal(problem.code, code);
  return problem;
}

async function journey() {
  const users = await signIn(process.env.API!);
  const vera = await users.createUser({
    newUser: { firstName: "Vera", email: "vera.typescript@mail.example", phone: "+46701234567" },
  });
  const page = await users.listUsers({ limit: 2 });
  assert(page.hasMore && page.nextCursor);
  const second = await users.listUsers({ limit: 2, cursor: page.nextCursor });
  assert.notEqual(second.data[0]?.id, page.data[0]?.id);
  const changed = await users.updateUser({
    id: vera.id, ifMatch: `"${vera.version}"`, userPatch: { phone: null, title: "Dr" },
  });
  assert.equal(changed.phone, null);
  assert.equal(changed.title, "Dr");

  await problem(users.getUser({ id: "01920000-0000-7000-8000-00000000ffff" }), 404, "not_found");
  await problem(users.createUser({ newUser: { firstName: "V", email: "vera.typescript@mail.example" } }), 409, "email_taken");
  const wrong = await problem(users.createUser({ newUser: { firstName: "", email: "nobody" } }), 422, "invalid_fields");
  assert.deepEqual(wrong.errors.map((field) => field.pointer).sort(), ["/email", "/first_name"]);

  const later = await signIn(process.env.API_OF_TOMORROW!);
  assert.equal((await later.getUser({ id: vera.id })).role, "of_tomorrow");
}

journey().catch((error) => { console.error(error); process.exit(1); });
