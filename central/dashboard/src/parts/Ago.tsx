import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";

import { ago, exact } from "../words/format";

/** How long ago, kept current; the exact instant, on the place's clock, on hover. */
export function Ago({ at, zone }: { at: string | null; zone: string }) {
  const { t } = useTranslation();
  const now = useSyncExternalStore(subscribe, second);
  if (at === null) return <span>{t("common.never")}</span>;
  const instant = new Date(at);
  return (
    <time dateTime={at} title={exact(instant, zone)}>
      {ago(instant, new Date(now))}
    </time>
  );
}

function subscribe(listener: () => void): () => void {
  const timer = setInterval(listener, 1000);
  return () => clearInterval(timer);
}

function second(): number {
  return Math.floor(Date.now() / 1000) * 1000;
}
