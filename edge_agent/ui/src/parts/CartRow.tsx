/** One line of the cart: what, how many, how much, and away with it. */

import AddIcon from "@mui/icons-material/AddRounded";
import DeleteIcon from "@mui/icons-material/DeleteOutlineRounded";
import RemoveIcon from "@mui/icons-material/RemoveRounded";
import { styled } from "@mui/material/styles";
import type { CartLine } from "../api/schemas";
import { edge, px, radius, target, text } from "../theme/tokens";
import { useSpeech } from "../words/words";
import { Button, Touchable } from "./Button";
import { IconTile } from "./IconTile";

export const QUANTITY_MAX = 99;

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

const Stepper = styled("div")({
  gridArea: "stepper",
  display: "grid",
  gridTemplateColumns: "auto 2.2em auto",
  alignItems: "center",
  textAlign: "center",
  fontSize: text.answer,
  fontWeight: 700,
});

const StepButton = styled(Touchable)(({ theme: { look } }) => ({
  width: target.any,
  height: target.any,
  borderRadius: radius.button,
  background: look.tint,
  color: look.primary,
  boxShadow: look.outlined ? `inset 0 0 0 ${look.outline_px}px ${look.line}` : "none",
  "&:active": { background: look.line },
  "&.Mui-disabled": { background: look.paper, color: look.soft, opacity: 0.5 },
}));

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
      <Name>{name}</Name>
      <Each>
        {line.unit_minor === 0
          ? say("services.free")
          : say("review.each", { price: money(line.unit_minor) })}
      </Each>
      <Total>{line.total_minor === 0 ? say("services.free") : money(line.total_minor)}</Total>
      <Away>
        <Button kind="quiet" onClick={onRemove} aria-label={`${say("review.remove")}: ${name}`}>
          <DeleteIcon />
          {say("review.remove")}
        </Button>
      </Away>
      <Stepper role="group" aria-label={name}>
        <StepButton
          aria-label={say("review.fewer", { name })}
          disabled={line.quantity <= 1}
          onClick={() => onQuantity(-1)}
        >
          <RemoveIcon />
        </StepButton>
        <span aria-live="polite">{line.quantity}</span>
        <StepButton
          aria-label={say("review.more", { name })}
          disabled={line.quantity >= QUANTITY_MAX}
          onClick={() => onQuantity(1)}
        >
          <AddIcon />
        </StepButton>
      </Stepper>
    </Row>
  );
}
