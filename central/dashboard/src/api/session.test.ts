import { Problem } from "./problem";
import { Session } from "./session";

const TOKENS = { expires_in_s: 600, username: "ana", name: "Ana", scopes: [] };

/** Headquarters as the session sees it: counts requests, gives out tokens, refuses spent ones. */
class Headquarters {
  asked: string[] = [];
  valid = "r0";
  private issued = 0;

  readonly fetch = (async (path: string, init: { body: string }) => {
    this.asked.push(path);
    const { refresh_token } = JSON.parse(init.body) as { refresh_token?: string };
    if (path === "/v1/refresh" && refresh_token !== this.valid) {
      return answer(401, { code: "login-required" });
    }
    this.issued += 1;
    this.valid = `r${this.issued}`;
    return answer(200, { ...TOKENS, access_token: `a${this.issued}`, refresh_token: this.valid });
  }) as unknown as typeof fetch;
}

function answer(status: number, body: object): object {
  return { ok: status < 400, status, headers: new Headers(), json: async () => body };
}

beforeEach(() => localStorage.clear());

test("a fresh access token is used without asking again", async () => {
  const central = new Headquarters();
  const session = new Session(central.fetch);
  await session.login("ana", "secret");
  expect([await session.token(), await session.token()]).toEqual(["a1", "a1"]);
  expect(central.asked).toEqual(["/v1/login"]);
});

test("requests that need a new token at once share one refresh", async () => {
  localStorage.setItem("totem.refresh", "r0");
  const central = new Headquarters();
  const session = new Session(central.fetch);
  expect(await Promise.all([session.token(), session.token(true), session.token()])).toEqual([
    "a1",
    "a1",
    "a1",
  ]);
  expect(central.asked).toEqual(["/v1/refresh"]);
  expect(localStorage.getItem("totem.refresh")).toBe("r1");
});

test("a login that ended leaves nobody logged in and nothing kept", async () => {
  localStorage.setItem("totem.refresh", "stolen");
  const session = new Session(new Headquarters().fetch);
  await expect(session.token()).rejects.toThrow(Problem);
  expect(session.snapshot()).toEqual({ operator: null, resuming: false });
  expect(localStorage.getItem("totem.refresh")).toBeNull();
});

test("a network that is away does not log anybody out", async () => {
  localStorage.setItem("totem.refresh", "r0");
  const session = new Session((() => Promise.reject(new TypeError("offline"))) as typeof fetch);
  await expect(session.token()).rejects.toThrow("offline");
  expect(localStorage.getItem("totem.refresh")).toBe("r0");
});
