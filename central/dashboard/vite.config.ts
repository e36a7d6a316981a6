import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// Fonts stay files: the content policy allows no data: addresses.
export default defineConfig({
  base: "./",
  plugins: [react()],
  build: { target: "es2022", assetsInlineLimit: 0, chunkSizeWarningLimit: 700 },
  server: { proxy: { "/v1": "http://127.0.0.1:8700" } },
});
