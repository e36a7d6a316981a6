/**
 * Addresses. They live after the "#", so that any static server can serve them; filters are plain
 * queries.
 */
import {
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
  redirect,
  useNavigate,
} from "@tanstack/react-router";

import { type AgreementSearch, type FleetSearch, type SalesSearch, VIEWS } from "../api/address";
import { search as written } from "../api/client";
import type { Health } from "../api/types";
import { AgreementPage } from "../pages/AgreementPage";
import { FleetPage } from "../pages/FleetPage";
import { SalesPage } from "../pages/SalesPage";
import { Shell } from "./Shell";

const HEALTHS: Health[] = ["online", "late", "silent", "never"];
const SALES_KEYS = ["totem", "site", "method", "state", "day", "q", "sale"] as const;

const root = createRootRoute({ component: Shell, notFoundComponent: () => null });

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/fleet" });
  },
});

const fleet = createRoute({
  getParentRoute: () => root,
  path: "/fleet",
  validateSearch: (raw): FleetSearch => ({
    health: HEALTHS.find((health) => health === raw.health),
  }),
  component: function FleetRoute() {
    const navigate = useNavigate();
    return (
      <FleetPage
        search={fleet.useSearch()}
        onSearch={(search) => void navigate({ to: "/fleet", search })}
        onOpen={(href) => window.location.assign(href)}
      />
    );
  },
});

const agreement = createRoute({
  getParentRoute: () => root,
  path: "/agreement",
  validateSearch: (raw): AgreementSearch => ({
    view: VIEWS.find((view) => view === raw.view),
    totem: raw.totem ? String(raw.totem) : undefined,
  }),
  component: function AgreementRoute() {
    const navigate = useNavigate();
    return (
      <AgreementPage
        search={agreement.useSearch()}
        onSearch={(search) => void navigate({ to: "/agreement", search, replace: true })}
        onOpen={(href) => window.location.assign(href)}
      />
    );
  },
});

const sales = createRoute({
  getParentRoute: () => root,
  path: "/sales",
  validateSearch: (raw): SalesSearch =>
    Object.fromEntries(SALES_KEYS.filter((key) => raw[key]).map((key) => [key, String(raw[key])])),
  component: function SalesRoute() {
    const navigate = useNavigate();
    return (
      <SalesPage
        search={sales.useSearch()}
        onSearch={(search) => void navigate({ to: "/sales", search, replace: true })}
      />
    );
  },
});

export const router = createRouter({
  routeTree: root.addChildren([home, fleet, sales, agreement]),
  history: createHashHistory(),
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => written(search as Record<string, string>),
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
