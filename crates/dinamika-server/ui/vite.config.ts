import { brotliCompressSync, constants } from "node:zlib";
import { type Plugin, defineConfig } from "vite";

/** Every text of the page beside its brotli twin: the server hands out the smaller one as it is. */
function brotli(): Plugin {
  return {
    name: "brotli",
    apply: "build",
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        for (const [name, file] of Object.entries(bundle)) {
          const source = file.type === "chunk" ? file.code : file.source;
          const bytes = Buffer.from(source);
          if (bytes.length < 1024 || name.endsWith(".html")) continue;
          const packed = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
          this.emitFile({ type: "asset", fileName: `${name}.br`, source: packed });
        }
      },
    },
  };
}

export default defineConfig({
  base: "/",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  plugins: [brotli()],
  build: {
    target: "es2022",
    assetsDir: "static",
    // Inlined files would need `data:` in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
  },
  server: { proxy: { "/api": process.env["DINAMIKA_URL"] ?? "http://127.0.0.1:8080" } },
});
