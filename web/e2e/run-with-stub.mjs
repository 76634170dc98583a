// Runs all browser tests against the stub server.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { startStub } from "./stub/server.mjs";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const stub = await startStub();
const child = spawn(process.execPath, ["--test", here("page.e2e.mjs"), here("away.e2e.mjs")], {
  stdio: "inherit",
  env: { ...process.env, POLAROID_URL: stub.url },
});
child.on("exit", async (code) => {
  await stub.close();
  process.exit(code ?? 1);
});
