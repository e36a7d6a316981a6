import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// For headquarters' content policy: fonts stay files, since it allows no data: addresses; the page
// carries a mark that central/api/dashboard.py replaces with the nonce of each answer.
export default defineConfig({
  base: "./",
  plugins: [react()],
  html: { cspNonce: "TOTEM-PAGE-NONCE" },
  build: { target: "es2022", assetsInlineLimit: 0, chunkSizeWarningLimit: 700 },
  server: { proxy: { "/v1": "http://127.0.0.1:8700" } },
});
