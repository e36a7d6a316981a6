import createCache from "@emotion/cache";
import { CacheProvider } from "@emotion/react";
import CssBaseline from "@mui/material/CssBaseline";
import { ThemeProvider } from "@mui/material/styles";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useEffect, useState, useSyncExternalStore } from "react";
import { I18nextProvider } from "react-i18next";

import { Problem } from "../api/problem";
import { session } from "../api/session";
import { LoginPage } from "../pages/LoginPage";
import { theme } from "../theme/theme";
import { words } from "../words/words";
import { router } from "./router";

const RETRIES = 2;

/** Style sheets made here carry the page's nonce; the content policy lets no other in. */
const marked = document.querySelector<HTMLMetaElement>("meta[property=csp-nonce]");
const styles = createCache({ key: "css", ...(marked?.nonce && { nonce: marked.nonce }) });

export function App() {
  return (
    <CacheProvider value={styles}>
      <ThemeProvider theme={theme} defaultMode="system">
        <CssBaseline />
        <I18nextProvider i18n={words}>
          <Door />
        </I18nextProvider>
      </ThemeProvider>
    </CacheProvider>
  );
}

/** Lets in who is logged in; what one operator read is forgotten before the next. */
function Door() {
  const { operator, resuming } = useSyncExternalStore(session.subscribe, session.snapshot);
  useEffect(() => void session.resume(), []);
  if (resuming) return null;
  if (!operator)
    return <LoginPage onLogin={(username, password) => session.login(username, password)} />;
  return <Inside key={operator.username} />;
}

function Inside() {
  const [client] = useState(newClient);
  return (
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  );
}

/** A refusal is final; only silence is tried again. */
function newClient(): QueryClient {
  const retry = (failures: number, error: Error) =>
    failures < RETRIES && error instanceof Problem && error.status === 0;
  return new QueryClient({ defaultOptions: { queries: { retry, staleTime: 1_000 } } });
}
