/** The REST interface as the page sees it. The shapes here are the contract with the server. */

export type Cell = string | number | boolean | null | readonly unknown[] | { readonly [key: string]: unknown };

export interface Column {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
}

export interface Table {
  readonly name: string;
  readonly kind: "stream" | "view" | "topic";
  readonly keyColumns: readonly string[];
  /** Empty for a side topic. */
  readonly timeColumn: string;
  readonly columns: readonly Column[];
}

export interface StreamStatus {
  readonly stream: string;
  readonly partition: number;
  readonly rows: number;
  readonly duplicates: number;
  readonly deadLetters: number;
  readonly rerouted: number;
  readonly progress: string | null;
  readonly committedOffset: number;
}

export interface ViewStatus {
  readonly view: string;
  readonly input: string;
  readonly counts: { readonly [outcome: string]: number };
}

export interface FeedStatus {
  readonly source: string;
  readonly state: string;
  readonly since: string | null;
}

export interface Status {
  readonly application: string;
  readonly ready: boolean;
  readonly streams: readonly StreamStatus[];
  readonly views: readonly ViewStatus[];
  readonly feeds: readonly FeedStatus[];
}

export interface Row {
  readonly [column: string]: Cell;
}

export interface SqlResult {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly Cell[])[];
}

/** What the server said was wrong (RFC 9457), or `unreachable` where it said nothing. */
export class ApiProblem extends Error {
  constructor(
    readonly slug: string,
    readonly title: string,
    readonly detail: string,
  ) {
    super(detail === "" ? title : detail);
  }

  get unreachable(): boolean {
    return this.slug === "unreachable";
  }
}

const TIMEOUT_MS = 8_000;
const SQL_TIMEOUT_MS = 60_000;

async function request<T>(path: string, init: RequestInit = {}, timeoutMs = TIMEOUT_MS): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, signal: AbortSignal.timeout(timeoutMs), cache: "no-store" });
  } catch (cause) {
    const timedOut = cause instanceof DOMException && cause.name === "TimeoutError";
    throw new ApiProblem("unreachable", "No answer", timedOut ? "The server did not answer in time." : "The server cannot be reached.");
  }
  const text = await response.text();
  if (!response.ok) {
    throw problemFrom(response.status, text);
  }
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new ApiProblem("unreadable-reply", "Unreadable reply", "The server's reply is not JSON.");
  }
}

export function problemFrom(status: number, body: string): ApiProblem {
  try {
    const problem = JSON.parse(body) as { slug?: unknown; title?: unknown; detail?: unknown };
    const text = (value: unknown, otherwise: string) => (typeof value === "string" ? value : otherwise);
    return new ApiProblem(text(problem.slug, `http-${status}`), text(problem.title, `HTTP ${status}`), text(problem.detail, ""));
  } catch {
    return new ApiProblem(`http-${status}`, `HTTP ${status}`, `The server answered with status ${status}.`);
  }
}

export async function fetchTables(): Promise<readonly Table[]> {
  return (await request<{ tables: readonly Table[] }>("/api/v1/tables")).tables;
}

export function fetchStatus(): Promise<Status> {
  return request<Status>("/api/v1/status");
}

export async function fetchCandles(table: string, symbol: string, limit: number): Promise<readonly Row[]> {
  const query = new URLSearchParams({ table, symbol, limit: String(limit) });
  return (await request<{ rows: readonly Row[] }>(`/api/v1/candles?${query}`)).rows;
}

export function runSql(sql: string): Promise<SqlResult> {
  const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ sql }) };
  return request<SqlResult>("/api/v1/sql", init, SQL_TIMEOUT_MS);
}

export function liveUrl(table: string, symbol: string): string {
  return `/api/v1/live?${new URLSearchParams({ table, symbol })}`;
}

/** A name as an identifier in SQL text. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
