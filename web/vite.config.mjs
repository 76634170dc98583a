import { defineConfig } from "vitest/config";

const server = process.env.POLAROID_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
  build: { outDir: "dist", target: "es2022", sourcemap: false },
  server: { host: "127.0.0.1", proxy: { "/api": server, "/health": server } },
  test: { include: ["test/**/*.test.ts"] },
});
