/** Reading from headquarters: every request carries the operator's access token. */
import { Problem, problemOf } from "./problem";
import { session } from "./session";

export type Query = Record<string, string | number | undefined>;

export async function read<T>(path: string, query: Query = {}): Promise<T> {
  const address = path + search(query);
  const first = await ask(address, await session.token());
  const answer = first.status === 401 ? await ask(address, await session.token(true)) : first;
  if (!answer.ok) throw await problemOf(answer);
  return (await answer.json()) as T;
}

/** The query string of what is set; "" when nothing is. */
export function search(query: Query): string {
  const set = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
  const text = new URLSearchParams(set.map(([key, value]) => [key, String(value)])).toString();
  return text ? `?${text}` : "";
}

async function ask(address: string, token: string): Promise<Response> {
  try {
    return await fetch(address, { headers: { authorization: `Bearer ${token}` } });
  } catch {
    throw new Problem(0, "unreachable", "");
  }
}
