/** Requests to the server this page came from, and to no other. */

/** Why an answer is not there; `title` is fit to be read, `parameter` is the one whose value cannot be. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly parameter: string | null = null,
  ) {
    super(title);
  }
}

/** The parameters of an address; empty ones are left out. */
export type Parameters = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** `/api/v1/…` with its parameters in a stable order. */
export function address(path: string, parameters: Parameters = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== null && value !== undefined && value !== "") query.set(name, String(value));
  }
  const text = query.toString().replaceAll("%2C", ",").replaceAll("%2F", "/");
  return `/api/v1${path}${text === "" ? "" : `?${text}`}`;
}

const AS = "as";

/** As whom an administrator looks in this tab; null is as oneself. */
export function seenAs(): string | null {
  try {
    return sessionStorage.getItem(AS);
  } catch {
    return null;
  }
}

/** Looks as somebody else from now on: the page begins anew, nothing of the old view stays. */
export function seeAs(principal: string | null): void {
  try {
    if (principal === null) sessionStorage.removeItem(AS);
    else sessionStorage.setItem(AS, principal);
  } catch {
    return;
  }
  location.assign("/");
}

/** The address of a file for a link: it cannot send a header. */
export function fileAddress(path: string, parameters: Parameters = {}): string {
  return address(path, { ...parameters, as: seenAs() });
}

const answers = new Map<string, Promise<unknown>>();

/** The JSON of an address. Asked once a page life: a release does not change; a new one empties the memory. */
export function get<T>(url: string): Promise<T> {
  const known = answers.get(url);
  if (known !== undefined) return known as Promise<T>;
  const asked = ask<T>(url, {});
  answers.set(url, asked);
  asked.catch(() => answers.delete(url));
  return asked;
}

/** The JSON of an address that changes while one looks: runs, decisions. */
export function fresh<T>(url: string): Promise<T> {
  return ask<T>(url, { cache: "no-store" });
}

type Method = "POST" | "PUT" | "PATCH" | "DELETE";

/** Sends a decision or a command. */
export async function send<T>(method: Method, url: string, body?: unknown): Promise<T> {
  return ask<T>(url, await sent(method, body));
}

/** The file at an address; with a body, the one that answers it. For what a link cannot ask or name. */
export async function take(url: string, body?: unknown): Promise<Blob> {
  const init = body === undefined ? {} : await sent("POST", body);
  const response = await reach(url, { ...init, headers: { ...init.headers, Accept: "*/*" } });
  if (!response.ok) throw refusal(response.status, await response.text());
  return response.blob();
}

async function sent(method: Method, body: unknown): Promise<Init> {
  const token = await csrfToken();
  return {
    method,
    headers: {
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      ...(token === null ? {} : { "X-CSRF-Token": token }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
}

/** Forgets what was read: a newer release is served. */
export function forget(): void {
  answers.clear();
}

type Init = Omit<RequestInit, "headers"> & { headers?: Record<string, string> };

async function reach(url: string, init: Init): Promise<Response> {
  const as = seenAs();
  try {
    return await fetch(url, {
      ...init,
      credentials: "same-origin",
      headers: { Accept: "application/json", ...(as === null ? {} : { "X-Dinamika-As": as }), ...init.headers },
    });
  } catch {
    throw new Refusal(0, "Сервер не отвечает", "Проверьте, что программа запущена и сеть доступна, и повторите.");
  }
}

async function ask<T>(url: string, init: Init): Promise<T> {
  const response = await reach(url, init);
  if (response.status === 204) return undefined as T;
  const text = await response.text();
  if (!response.ok) throw refusal(response.status, text);
  return JSON.parse(text) as T;
}

/** Without the sentences that send a program to another address. */
function forPeople(detail: string): string {
  return detail
    .split(/(?<=[.!?])\s+/)
    .filter((sentence) => !sentence.includes("/api/v1/"))
    .join(" ");
}

/** The server's problem document as a refusal. */
function refusal(status: number, text: string): Refusal {
  try {
    const problem = JSON.parse(text) as { title?: string; detail?: string; parameter?: string };
    const detail = forPeople(problem.detail ?? "");
    return new Refusal(status, problem.title ?? `Ошибка ${status}`, detail, problem.parameter ?? null);
  } catch {
    return new Refusal(status, `Ошибка ${status}`, "");
  }
}

/** What a session sends with whatever changes something; none where there are no accounts. */
async function csrfToken(): Promise<string | null> {
  const me = await fresh<{ csrf: string | null }>("/api/v1/me").catch(() => null);
  return me?.csrf ?? null;
}
