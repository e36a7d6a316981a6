/** The way in: one agent, one page, no gesture of the browser's own. */

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
  if (agent.look().state === null) return;
  unwatch();
  requestIdleCallback(() => void fetchPieces(), { timeout: CALM_MS_MAX });
});
void agent.run();
createRoot(root).render(
  <StrictMode>
    <App agent={agent} />
  </StrictMode>,
);
