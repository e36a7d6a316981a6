/**
 * One service to choose: what it is, how long it takes, what it costs at a fixed place. Dense where
 * there are many, so that all of them are seen without scrolling.
 */

import CheckIcon from "@mui/icons-material/CheckRounded";
import ScheduleIcon from "@mui/icons-material/ScheduleRounded";
import { styled } from "@mui/material/styles";
import type { ServiceView } from "../api/schemas";
import { rise } from "../theme/motion";
import { edge, motion, px, radius, text } from "../theme/tokens";
import { useSpeech } from "../words/words";
import { Touchable } from "./Button";
import { IconTile } from "./IconTile";

const Card = styled(Touchable)(({ theme: { look } }) => ({
  position: "relative",
  whiteSpace: "normal",
  width: "100%",
  minHeight: px(304),
  padding: `${px(28)} ${px(32)}`,
  display: "grid",
  gridTemplateColumns: "minmax(0, 1fr)",
  gridTemplateRows: "auto 1fr auto",
  alignItems: "start",
  rowGap: px(18),
  borderRadius: radius.card,
  background: look.surface,
  boxShadow: edge(look),
  "&[aria-pressed=true]": {
    boxShadow: `inset 0 0 0 ${look.outline_px + 3}px ${look.primary}`,
  },
  "&:active": { background: look.tint },
  "&.Mui-disabled": { background: look.paper, boxShadow: `inset 0 0 0 2px ${look.line}` },
  "&.Mui-disabled > *": { opacity: 0.55 },
  "&.Mui-disabled > [data-off]": { opacity: 1 },
  "@media (orientation: landscape)": {
    minHeight: px(244),
    padding: `${px(20)} ${px(24)}`,
    rowGap: px(10),
  },
}));

const Top = styled("span")(({ theme: { look } }) => ({
  display: "grid",
  gridTemplateColumns: "auto minmax(0, 1fr)",
  alignItems: "center",
  gap: px(20),
  fontSize: text.small,
  color: look.soft,
}));

const Minutes = styled("span")({
  display: "inline-flex",
  alignItems: "center",
  gap: px(8),
  whiteSpace: "nowrap",
  "& svg": { fontSize: "1.1em" },
});

const Queue = styled(Minutes)({ whiteSpace: "normal" });

const Chosen = styled("span")(({ theme: { look } }) => ({
  position: "absolute",
  top: px(-10),
  right: px(-10),
  minWidth: px(60),
  height: px(60),
  padding: px(10),
  display: "grid",
  placeItems: "center",
  borderRadius: px(30),
  background: look.primary,
  color: look.onPrimary,
  fontSize: text.small,
  fontWeight: 700,
  animation: `${rise} ${motion.change}`,
  "& svg": { fontSize: px(40) },
}));

const Name = styled("span")({
  display: "-webkit-box",
  WebkitBoxOrient: "vertical",
  WebkitLineClamp: 2,
  overflow: "hidden",
  "html[data-large] &": { WebkitLineClamp: "none" },
  overflowWrap: "anywhere",
  hyphens: "auto",
  textWrap: "balance",
  paddingBottom: "0.08em",
  fontSize: text.answer,
  fontWeight: 700,
  lineHeight: 1.15,
  letterSpacing: "-0.01em",
  "@media (orientation: landscape)": { fontSize: text.body },
});

const Price = styled("span")(({ theme: { look } }) => ({
  display: "flex",
  flexWrap: "wrap",
  alignItems: "baseline",
  columnGap: px(12),
  fontSize: text.small,
  color: look.soft,
  whiteSpace: "nowrap",
  "& strong": { color: look.ink, fontSize: text.body, fontWeight: 700 },
}));

const Off = styled("span")(({ theme: { look } }) => ({
  justifySelf: "start",
  padding: `${px(4)} ${px(18)}`,
  borderRadius: px(30),
  background: look.line,
  color: look.outlined ? look.paper : look.ink,
  fontSize: text.small,
  fontWeight: 700,
}));

const DenseCard = styled(Card)({
  minHeight: px(124),
  padding: `${px(14)} ${px(22)}`,
  gridTemplateColumns: "auto minmax(0, 1fr)",
  gridTemplateRows: "1fr auto",
  alignItems: "center",
  gap: `${px(2)} ${px(20)}`,
  "@media (orientation: landscape)": {
    minHeight: px(112),
    padding: `${px(8)} ${px(18)}`,
    gap: `${px(4)} ${px(14)}`,
  },
});

const DenseIcon = styled("span")({
  gridRow: "1 / 3",
  "@media (orientation: landscape)": { gridRow: 1 },
});

const DenseName = styled(Name)({
  gridColumn: 2,
  WebkitLineClamp: 3,
  fontSize: text.body,
  "@media (orientation: landscape)": { fontSize: text.small },
});

const dense = {
  gridColumn: 2,
  "@media (orientation: landscape)": { gridColumn: "1 / -1" },
} as const;

const DensePrice = styled(Price)(dense);

const DenseOff = styled(Off)(dense);

interface ServiceCardProps {
  readonly service: ServiceView;
  readonly quantity: number;
  readonly dense: boolean;
  readonly onTouch: () => void;
}

export function ServiceCard({ service, quantity, dense, onTouch }: ServiceCardProps) {
  const { say, sayOf, read, money } = useSpeech();
  const price = service.from_minor === 0 ? say("services.free") : money(service.from_minor);
  const varies = Object.values(service.prices).some((one) => one !== service.from_minor);
  const from = service.from_minor > 0 && varies ? `${say("services.from")} ` : "";
  const off = service.off === "" ? "" : sayOf("services.off", service.off);
  const count = service.estimate_minutes;
  const wait = count > 0 && off === "" ? `, ${say("services.wait", { count })}` : "";
  const touch = {
    "aria-pressed": quantity > 0,
    "aria-label": `${read(service.name)}, ${off || from + price}${wait}`,
    "aria-description":
      service.minutes > 0 ? say("services.minutes", { count: service.minutes }) : undefined,
    disabled: off !== "",
    onClick: onTouch,
  };
  const chosen = quantity > 0 && <Chosen>{quantity > 1 ? `${quantity}×` : <CheckIcon />}</Chosen>;
  const costs = (
    <>
      {from}
      <strong>{price}</strong>
    </>
  );
  if (dense)
    return (
      <DenseCard {...touch}>
        <DenseIcon>
          <IconTile icon={service.icon} picture={service.picture} small tone={off === "" ? "primary" : "off"} />
        </DenseIcon>
        {chosen}
        <DenseName>{read(service.name)}</DenseName>
        {off === "" ? (
          <DensePrice>
            {costs}
            <Wait service={service} />
          </DensePrice>
        ) : (
          <DenseOff data-off>{off}</DenseOff>
        )}
      </DenseCard>
    );
  return (
    <Card {...touch}>
      <Top>
        <IconTile icon={service.icon} picture={service.picture} tone={off === "" ? "primary" : "off"} />
        {service.estimate_minutes > 0 ? (
          <Wait service={service} />
        ) : (
          service.minutes > 0 && (
            <Minutes>
              <ScheduleIcon />
              {say("services.minutes", { count: service.minutes })}
            </Minutes>
          )
        )}
      </Top>
      {chosen}
      <Name>{read(service.name)}</Name>
      {off === "" ? <Price>{costs}</Price> : <Off data-off>{off}</Off>}
    </Card>
  );
}

/** How long its queue takes, when the agent knows. */
function Wait({ service: { estimate_minutes: count } }: Pick<ServiceCardProps, "service">) {
  const { say } = useSpeech();
  if (count === 0) return null;
  return (
    <Queue>
      <ScheduleIcon />
      {say("services.wait", { count })}
    </Queue>
  );
}
