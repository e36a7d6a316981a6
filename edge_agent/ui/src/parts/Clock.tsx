/** The time at the site, whatever the machine's own zone is. It comes a moment after its page. */

import { useEffect, useState } from "react";
import { tags, useSpeech } from "../words/words";

const TICK_MS = 1000;

export function Clock({ timezone }: { timezone: string }) {
  const { locale } = useSpeech();
  const [shown, setShown] = useState("");
  useEffect(() => {
    let timer = setTimeout(() => {
      const time = new Intl.DateTimeFormat(tags[locale], {
        hour: "2-digit",
        minute: "2-digit",
        hourCycle: "h23",
        timeZone: timezone,
      });
      const tick = () => {
        setShown(time.format(new Date()));
        timer = setTimeout(tick, TICK_MS);
      };
      tick();
    });
    return () => clearTimeout(timer);
  }, [locale, timezone]);
  return <time dateTime={shown}>{shown}</time>;
}
