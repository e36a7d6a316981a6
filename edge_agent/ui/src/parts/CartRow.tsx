/** One line of the cart: what, how many, how much, and away with it. */

import DeleteIcon from "@mui/icons-material/DeleteOutlineRounded";
import { styled } from "@mui/material/styles";
import type { CartLine } from "../api/schemas";
import { edge, px, radius, text } from "../theme/tokens";
import { useSpeech } from "../words/words";
import { Button } from "./Button";
import { IconTile } from "./IconTile";
import { Stepper } from "./Stepper";

const Row = styled("li")(({ theme: { look } }) => ({
  display: "grid",
  gridTemplateColumns: "auto minmax(0, 1fr) auto",
  gridTemplateAreas: '"icon name total" "icon each total" "remove remove stepper"',
  alignItems: "center",
  columnGap: px(28),
  padding: px(32),
  borderRadius: radius.card,
  background: look.surface,
  boxShadow: edge(look),
  "html[data-large] &": {
    gridTemplateColumns: "auto minmax(0, 1fr)",
    gridTemplateAreas: '"icon name" "each each" "total total" "stepper stepper" "remove remove"',
    rowGap: px(16),
    justifyItems: "start",
  },
  "@media (orientation: landscape)": {
    gridTemplateColumns: "auto minmax(0, 1fr) auto auto minmax(8em, auto)",
    gridTemplateAreas: '"icon name remove stepper total" "icon each remove stepper total"',
    padding: `${px(18)} ${px(32)} ${px(18)} ${px(24)}`,
  },
}));

const Name = styled("h2")({
  gridArea: "name",
  alignSelf: "end",
  fontSize: text.answer,
  fontWeight: 700,
  lineHeight: 1.15,
});

const Each = styled("p")(({ theme: { look } }) => ({
  gridArea: "each",
  alignSelf: "start",
  fontSize: text.small,
  color: look.soft,
}));

const Total = styled("strong")({
  gridArea: "total",
  textAlign: "right",
  fontSize: text.answer,
  whiteSpace: "nowrap",
});

const Steps = styled("div")({ gridArea: "stepper" });

const Picked = styled("span")(({ theme: { look } }) => ({
  display: "block",
  fontSize: text.small,
  fontWeight: 400,
  lineHeight: 1.25,
  color: look.soft,
}));

const Off = styled("strong")(({ theme: { look } }) => ({ display: "block", color: look.error }));

const Away = styled("div")(({ theme: { look } }) => ({
  gridArea: "remove",
  marginLeft: px(-20),
  "& button": { color: look.soft },
}));

interface CartRowProps {
  readonly line: CartLine;
  readonly icon: string;
  readonly onQuantity: (change: 1 | -1) => void;
  readonly onRemove: () => void;
}

export function CartRow({ line, icon, onQuantity, onRemove }: CartRowProps) {
  const { say, read, money } = useSpeech();
  const name = read(line.name);
  return (
    <Row>
      <span style={{ gridArea: "icon" }}>
        <IconTile icon={icon} />
      </span>
      <Name>
        {name}
        {line.options.length > 0 && (
          <Picked>{line.options.map((option) => read(option.name)).join(" · ")}</Picked>
        )}
      </Name>
      <Each>
        {line.unit_minor === 0
          ? say("services.free")
          : say("review.each", { price: money(line.unit_minor) })}
        {line.off !== "" && <Off>{say("cart.sold_out")}</Off>}
      </Each>
      <Total>{line.total_minor === 0 ? say("services.free") : money(line.total_minor)}</Total>
      <Away>
        <Button kind="quiet" onClick={onRemove} aria-label={`${say("review.remove")}: ${name}`}>
          <DeleteIcon />
          {say("review.remove")}
        </Button>
      </Away>
      <Steps>
        <Stepper name={name} quantity={line.quantity} onChange={onQuantity} />
      </Steps>
    </Row>
  );
}
