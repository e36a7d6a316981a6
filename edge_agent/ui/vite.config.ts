import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Nothing is inlined: the agent serves `default-src 'self'`, so no data: addresses. */
export default defineConfig({
  plugins: [react()],
  build: {
    target: "chrome120",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 800,
  },
});
