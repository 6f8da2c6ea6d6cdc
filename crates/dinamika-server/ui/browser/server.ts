/** The real program over an invented region, once for all tests.

    `DINAMIKA` is the program (built beforehand), `DINAMIKA_DEMO` a region already made, of which a copy is served;
    `DINAMIKA_URL` an already running server instead, and `DINAMIKA_REGION` its project. */

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

declare module "vitest" {
  export interface ProvidedContext {
    base: string;
    /** The project's folder; empty where the server is somebody else's. */
    region: string;
  }
}

const PROGRAM = resolve(process.env["DINAMIKA"] ?? "../../../target/debug/dinamika");
/** Schools of the region: small enough for a debug build, many enough for a funnel. */
const SCHOOLS = "80";

export default async function setup({ provide }: { provide: (key: "base" | "region", value: string) => void }) {
  const running = process.env["DINAMIKA_URL"];
  if (running !== undefined) {
    provide("base", running);
    provide("region", process.env["DINAMIKA_REGION"] ?? "");
    return () => undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), "dinamika-browser-"));
  const region = join(folder, "region");
  const made = process.env["DINAMIKA_DEMO"];
  if (made === undefined)
    execFileSync(PROGRAM, ["demo", region, "--schools", SCHOOLS, "--no-serve"], { stdio: "ignore" });
  else cpSync(made, region, { recursive: true });
  // A second release: what changed since the one before is asked for by those who may, and by nobody else.
  execFileSync(PROGRAM, ["-C", region, "releases", "publish", "1"], { stdio: "ignore" });
  const port = await freePort();
  const server = spawn(PROGRAM, ["-C", region, "serve", "--bind", `127.0.0.1:${port}`, "--no-scheduler"], {
    stdio: "ignore",
  });
  const base = `http://127.0.0.1:${port}`;
  await ready(base, server);
  provide("base", base);
  provide("region", region);
  return () => {
    server.kill("SIGTERM");
    rmSync(folder, { recursive: true, force: true });
  };
}

async function ready(base: string, server: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    if (server.exitCode !== null) throw new Error(`the server ended with ${server.exitCode}`);
    const answer = await fetch(`${base}/ready`).catch(() => null);
    if (answer?.ok) return;
    await new Promise((go) => setTimeout(go, 200));
  }
  throw new Error("the server does not get ready");
}

function freePort(): Promise<number> {
  return new Promise((found, fail) => {
    const probe = createServer();
    probe.once("error", fail);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === "object" && address !== null ? found(address.port) : fail(new Error("no port")),
      );
    });
  });
}
