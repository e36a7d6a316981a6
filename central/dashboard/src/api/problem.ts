/** A refusal by headquarters (RFC 9457); status 0 means that it could not be reached at all. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly retryAfterS = 0,
  ) {
    super(detail || code);
  }
}

export async function problemOf(answer: Response): Promise<Problem> {
  const retryAfterS = Number(answer.headers.get("retry-after") ?? 0);
  const document: unknown = await answer.json().catch(() => ({}));
  const { code = "", detail = "" } = document as { code?: string; detail?: string };
  return new Problem(answer.status, code, detail, retryAfterS);
}
