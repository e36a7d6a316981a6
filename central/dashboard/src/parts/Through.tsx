import { styled } from "@mui/material/styles";
import type { ComponentProps } from "react";

const Link = styled("a")({
  color: "inherit",
  textDecoration: "none",
  borderRadius: 4,
  "&:hover": { textDecoration: "underline", textUnderlineOffset: 3 },
});

/** A number inside a row that leads to what it is made of; the row itself does not open then. */
export function Through(props: ComponentProps<"a">) {
  return <Link {...props} onClick={(event) => event.stopPropagation()} />;
}
