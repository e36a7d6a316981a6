/**
 * The owner's name beside its logo, or its initial: in landscape that alone, so that the question has
 * the row.
 */

import { styled } from "@mui/material/styles";
import { px, text } from "../theme/tokens";
import { useAround } from "./around";

const Row = styled("div")({
  display: "flex",
  alignItems: "center",
  gap: px(20),
  minWidth: 0,
  fontSize: text.body,
  fontWeight: 700,
});

const Initial = styled("span", { shouldForwardProp: (name) => name !== "inverse" })<{
  inverse: boolean;
}>(({ theme: { look }, inverse }) => ({
  flex: "none",
  display: "grid",
  placeItems: "center",
  width: px(64),
  height: px(64),
  borderRadius: px(18),
  fontSize: px(36),
  background: inverse && !look.outlined ? look.onPrimary : look.primary,
  color: inverse && !look.outlined ? look.primary : look.onPrimary,
}));

const Logo = styled("img")({
  flex: "none",
  height: px(72),
  maxWidth: px(260),
  objectFit: "contain",
});

const Name = styled("span", { shouldForwardProp: (name) => name !== "always" })<{
  always: boolean;
}>(({ always }) => ({
  overflow: "hidden",
  textOverflow: "ellipsis",
  whiteSpace: "nowrap",
  "html[data-large] &": { whiteSpace: "normal" },
  ...(!always && { "@media (orientation: landscape)": { display: "none" } }),
}));

export function BrandMark({ name, inverse = false }: { name: string; inverse?: boolean }) {
  const { logo } = useAround();
  return (
    <Row>
      {logo === "" ? (
        <Initial inverse={inverse} aria-hidden>
          {name.trim().charAt(0).toUpperCase()}
        </Initial>
      ) : (
        <Logo src={logo} alt="" draggable={false} />
      )}
      <Name always={inverse}>{name}</Name>
    </Row>
  );
}
