import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

import type { SalesFilter, TotemRow } from "../api/types";
import { Choice, Field } from "../parts/Choice";
import { Icon } from "../parts/Icon";
import { pt } from "../words/pt";
import { wordFor } from "../words/words";

const METHODS = Object.keys(pt.method);
const SALE_STATES = Object.keys(pt.state);
const PAYMENT_STATES = ["STORED_OFFLINE", "CONFIRMED", "VOUCHER_ISSUED", "DECLINED", "UNKNOWN"];
const TYPING_MS = 250;

interface Props {
  filter: SalesFilter;
  totems: TotemRow[] | undefined;
  onFilter: (filter: SalesFilter) => void;
}

export function SalesFilters({ filter, totems = [], onFilter }: Props) {
  const { t } = useTranslation();
  const set = (part: SalesFilter) => onFilter({ ...filter, ...part });
  const today = totems
    .map((row) => row.business_day)
    .sort()
    .at(-1);
  const sites = new Map(totems.map(({ site, site_name }) => [site, site_name]));
  return (
    <Box
      component="form"
      role="search"
      onSubmit={(event) => event.preventDefault()}
      sx={{ display: "flex", flexWrap: "wrap", gap: 1 }}
    >
      <Search value={filter.q ?? ""} onChange={(q) => set({ q })} />
      <Field data-set={Boolean(filter.day)}>
        <input
          type="date"
          aria-label={t("sales.day")}
          value={filter.day ?? ""}
          onChange={(event) => set({ day: event.target.value || undefined })}
        />
      </Field>
      {today && !filter.day && (
        <Button onClick={() => set({ day: today })}>{t("sales.today")}</Button>
      )}
      <Choice label={t("sales.site")} value={filter.site} onChange={(site) => set({ site })}>
        {[...sites].map(([site, name]) => (
          <option key={site} value={site}>
            {name}
          </option>
        ))}
      </Choice>
      <Choice label={t("sales.totem")} value={filter.totem} onChange={(totem) => set({ totem })}>
        {totems.map(({ totem, name }) => (
          <option key={totem} value={totem}>
            {name}
          </option>
        ))}
      </Choice>
      <Choice
        label={t("sales.method")}
        value={filter.method}
        onChange={(method) => set({ method })}
      >
        {METHODS.map((method) => (
          <option key={method} value={method}>
            {wordFor("method", method)}
          </option>
        ))}
      </Choice>
      <Choice label={t("sales.state")} value={filter.state} onChange={(state) => set({ state })}>
        <optgroup label={t("sales.saleStates")}>
          {SALE_STATES.map((state) => (
            <option key={state} value={state}>
              {wordFor("state", state)}
            </option>
          ))}
        </optgroup>
        <optgroup label={t("sales.paymentStates")}>
          {PAYMENT_STATES.map((state) => (
            <option key={state} value={state}>
              {wordFor("payment", state)}
            </option>
          ))}
        </optgroup>
      </Choice>
      {Object.values(filter).some(Boolean) && (
        <Button onClick={() => onFilter({})}>{t("common.clear")}</Button>
      )}
    </Box>
  );
}

/** Searches while typing, after a short pause; "/" puts the cursor here. */
function Search({ value, onChange }: { value: string; onChange: (q: string | undefined) => void }) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  const pause = useRef<ReturnType<typeof setTimeout>>(undefined);

  useEffect(() => {
    if (pause.current === undefined && input.current) input.current.value = value;
  }, [value]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "/" || event.target !== document.body) return;
      event.preventDefault();
      input.current?.focus();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);

  function search(typed: string) {
    clearTimeout(pause.current);
    pause.current = setTimeout(() => {
      pause.current = undefined;
      onChange(typed.trim() || undefined);
    }, TYPING_MS);
  }

  return (
    <Field data-set={Boolean(value)}>
      <Icon name="search" sx={{ fontSize: 17 }} />
      <input
        ref={input}
        type="search"
        maxLength={64}
        aria-label={t("sales.search")}
        placeholder={t("sales.search")}
        defaultValue={value}
        onChange={(event) => search(event.target.value)}
      />
    </Field>
  );
}
