/**
 * What do you need? Categories, cards, and a bar that rises when something is chosen: straight to
 * the ticket when all of it is free.
 */

import CloseIcon from "@mui/icons-material/CloseRounded";
import ArrowIcon from "@mui/icons-material/ArrowForwardRounded";
import { styled } from "@mui/material/styles";
import { useState } from "react";
import type { CartChoice, ScreenState } from "../api/schemas";
import { BrandMark } from "../parts/BrandMark";
import { Button } from "../parts/Button";
import { CardOff } from "../parts/CardOff";
import { Frame } from "../parts/Frame";
import { LanguageChoice } from "../parts/LanguageChoice";
import { Pills } from "../parts/Pills";
import { PriorityOffer } from "../parts/PriorityOffer";
import type { ScreenProps } from "../parts/screen";
import { ServiceCard } from "../parts/ServiceCard";
import { Sum } from "../parts/Sum";
import { px, text } from "../theme/tokens";
import { useSpeech } from "../words/words";

const ALL = "";
/** More than these do not fit a panel as full cards. */
const ROOMY_MAX = 6;

const Above = styled("div")({ "& > p": { marginBottom: px(24) } });

const Grid = styled("div", { shouldForwardProp: (name) => name !== "dense" })<{
  dense: boolean;
}>(({ dense }) => ({
  display: "grid",
  gridTemplateColumns: "repeat(2, minmax(0, 1fr))",
  gap: dense ? "max(16px, calc(16 * var(--u)))" : "var(--gap)",
  marginTop: px(dense ? 26 : 40),
  "html[data-large] &": { gridTemplateColumns: "minmax(0, 1fr)" },
  "@media (orientation: landscape)": {
    gridTemplateColumns: "repeat(4, minmax(0, 1fr))",
    "html[data-large] &": { gridTemplateColumns: "repeat(2, minmax(0, 1fr))" },
    marginTop: `max(16px, ${px(dense ? 12 : 24)})`,
  },
}));

const Empty = styled("p")(({ theme: { look } }) => ({
  gridColumn: "1 / -1",
  padding: px(96),
  textAlign: "center",
  fontSize: text.answer,
  color: look.soft,
}));

const Hint = styled("p")(({ theme: { look } }) => ({
  textAlign: "right",
  fontSize: text.body,
  color: look.soft,
}));

export function Services({ state, catalogue, deeds }: ScreenProps) {
  const { say, read } = useSpeech();
  const [category, setCategory] = useState(ALL);
  const categories = [...(catalogue?.categories ?? [])].sort((a, b) => a.position - b.position);
  const services = (catalogue?.services ?? []).filter(
    (service) => category === ALL || service.category === category,
  );
  const dense = services.length > ROOMY_MAX;
  const quantity = (service: string) =>
    state.cart.reduce((sum, line) => sum + (line.service === service ? line.quantity : 0), 0);
  const pills = [
    { id: ALL, name: say("services.all") },
    ...categories.map(({ id, name }) => ({ id, name: read(name) })),
  ];
  return (
    <Frame
      title={say("services.title")}
      brand={<BrandMark name={state.brand.name || say("brand.fallback")} />}
      aside={<LanguageChoice onChoose={(locale) => void deeds.speak(locale)} />}
      offer={
        state.asks.priority !== "off" && (
          <PriorityOffer chosen={state.priority} onTouch={() => void deeds.go("priority")} />
        )
      }
      back={
        <Button kind="plain" onClick={() => void deeds.cancel()}>
          <CloseIcon />
          {say("action.exit")}
        </Button>
      }
      between={
        state.cart.length > 0 ? <CartSum state={state} /> : <Hint>{say("services.pick")}</Hint>
      }
      next={
        state.cart.length > 0 && (
          <Button
            kind="primary"
            onClick={() => void (isTakenAtOnce(state) ? deeds.pay("free") : deeds.go("review"))}
          >
            {say(isTakenAtOnce(state) ? "review.free" : "action.next")}
            <ArrowIcon />
          </Button>
        )
      }
    >
      <Above>
        <CardOff pays={state.pays} />
      </Above>
      {categories.length > 1 && <Pills pills={pills} chosen={category} onChoose={setCategory} />}
      <Grid dense={dense}>
        {services.map((service) => (
          <ServiceCard
            key={service.id}
            service={service}
            quantity={quantity(service.id)}
            dense={dense}
            onTouch={() =>
              void (service.options.length > 0
                ? deeds.go("options", service.id)
                : deeds.choose(toggled(service.id)))
            }
          />
        ))}
        {services.length === 0 && <Empty>{say("services.none")}</Empty>}
      </Grid>
    </Frame>
  );
}

function CartSum({ state }: Pick<ScreenProps, "state">) {
  const { say, money } = useSpeech();
  const count = state.cart.reduce((sum, line) => sum + line.quantity, 0);
  const items = say("cart.count", { count });
  const amount = state.total_minor === 0 ? say("services.free") : money(state.total_minor);
  return <Sum label={items} amount={amount} />;
}

/** A free ticket that nothing need be asked for is one touch away. */
function isTakenAtOnce({ methods, asks }: ScreenState): boolean {
  return methods[0]?.method === "free" && asks.question === "";
}

function toggled(service: string) {
  return (cart: readonly CartChoice[]): readonly CartChoice[] =>
    cart.some((line) => line.service === service)
      ? cart.filter((line) => line.service !== service)
      : [...cart, { service, quantity: 1 }];
}
