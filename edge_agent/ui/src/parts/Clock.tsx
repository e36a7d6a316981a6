/** The time at the site, whatever the machine's own zone is. */

import { useEffect, useState } from "react";
import { tags, useSpeech } from "../words/words";

const TICK_MS = 1000;

export function Clock({ timezone }: { timezone: string }) {
  const { locale } = useSpeech();
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  const shown = new Intl.DateTimeFormat(tags[locale], {
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
    timeZone: timezone,
  }).format(now);
  return <time dateTime={shown}>{shown}</time>;
}
