/**
 * Is everything right? Lines, quantities, total; the way on goes straight to the ticket when all
 * is free.
 */

import AddIcon from "@mui/icons-material/AddRounded";
import ArrowIcon from "@mui/icons-material/ArrowForwardRounded";
import { styled } from "@mui/material/styles";
import { isSame } from "../api/cart";
import type { CartChoice, CartLine, MethodView } from "../api/schemas";
import { BackButton } from "../parts/BackButton";
import { BrandMark } from "../parts/BrandMark";
import { Button } from "../parts/Button";
import { CartRow } from "../parts/CartRow";
import { Frame } from "../parts/Frame";
import { choose } from "../parts/MethodRow";
import type { ScreenProps } from "../parts/screen";
import { Sum } from "../parts/Sum";
import { px } from "../theme/tokens";
import { useSpeech } from "../words/words";

const Lines = styled("ul")({ listStyle: "none", display: "grid", gap: "var(--gap)" });

const More = styled("div")({
  display: "grid",
  justifyItems: "center",
  gap: "max(16px, calc(16 * var(--u)))",
  marginTop: px(28),
});

export function Review({ state, catalogue, deeds }: ScreenProps) {
  const { say, money } = useSpeech();
  const icon = (id: string) => catalogue?.services.find((service) => service.id === id)?.icon ?? "";
  const sole = soleMethod(state.methods);
  const isAsked = state.asks.question !== "";
  const amount = sole?.total_minor ?? state.total_minor;
  return (
    <Frame
      title={say("review.title")}
      brand={<BrandMark name={state.brand.name || say("brand.fallback")} />}
      back={<BackButton onTouch={() => void deeds.go("services")} />}
      between={
        <Sum
          label={say(sole === undefined && varies(state.methods) ? "cart.from" : "cart.total")}
          amount={amount === 0 ? say("services.free") : money(amount)}
        />
      }
      next={
        <Button
          kind="primary"
          onClick={() =>
            void (sole === undefined || isAsked ? deeds.go("method") : choose(sole, deeds))
          }
        >
          {say(wayOn(sole))}
          <ArrowIcon />
        </Button>
      }
    >
      <Lines>
        {state.cart.map((line) => (
          <CartRow
            key={lineKey(line)}
            line={line}
            icon={icon(line.service)}
            onQuantity={(change) => void deeds.choose(changed(line, change))}
            onRemove={() => void deeds.choose(without(line))}
          />
        ))}
      </Lines>
      <More>
        <Button kind="quiet" onClick={() => void deeds.go("services")}>
          <AddIcon />
          {say("review.add")}
        </Button>
        <Button kind="quiet" onClick={() => void deeds.open("rights")}>
          {say("rights.link")}
        </Button>
        {state.identified.length > 0 && (
          <Button kind="quiet" onClick={() => void deeds.go("identify")}>
            {say("identify.again")}
          </Button>
        )}
      </More>
    </Frame>
  );
}

/** The method that chooses itself, when there is exactly one. */
function soleMethod(methods: readonly MethodView[]): MethodView | undefined {
  const available = methods.filter((method) => method.available);
  return available.length === 1 ? available[0] : undefined;
}

/** Each method has its own total: before one is chosen the lowest is only where they start. */
function varies(methods: readonly MethodView[]): boolean {
  return methods.some((method) => method.total_minor !== methods[0]?.total_minor);
}

function wayOn(sole: MethodView | undefined) {
  if (sole?.method === "free") return "review.free";
  if (sole?.method === "counter") return "review.counter";
  return "review.pay";
}

function changed(line: CartLine, change: 1 | -1) {
  return (cart: readonly CartChoice[]): readonly CartChoice[] =>
    cart
      .map((choice) =>
        isSame(line, choice) ? { ...choice, quantity: choice.quantity + change } : choice,
      )
      .filter((choice) => choice.quantity > 0);
}

function without(line: CartLine) {
  return (cart: readonly CartChoice[]): readonly CartChoice[] =>
    cart.filter((choice) => !isSame(line, choice));
}

function lineKey({ service, options }: CartLine): string {
  return [service, ...options.map(({ id }) => id)].join("/");
}
