/**
 * The way in: one agent, one page, no gesture of the browser's own. Nothing is drawn before the
 * agent has spoken or failed to; until then index.html stands.
 */

import "@fontsource-variable/atkinson-hyperlegible-next/wght.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Agent } from "../api/agent";
import { App } from "./App";
import { fetchPieces } from "./pieces";

const CALM_MS_MAX = 2000;

for (const gesture of ["contextmenu", "dragstart", "gesturestart"]) {
  document.addEventListener(gesture, (event) => event.preventDefault());
}

const root = document.getElementById("root");
if (root === null) throw new Error("index.html must hold an element #root.");

const agent = new Agent(() => location.reload());
const unwatch = agent.watch(() => {
  const { state, lost } = agent.look();
  if (state === null && !lost) return;
  unwatch();
  createRoot(root).render(
    <StrictMode>
      <App agent={agent} />
    </StrictMode>,
  );
  requestIdleCallback(() => void fetchPieces(), { timeout: CALM_MS_MAX });
});
void agent.run();
