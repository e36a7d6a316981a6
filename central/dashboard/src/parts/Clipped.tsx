import { styled } from "@mui/material/styles";

const Line = styled("span")({
  display: "block",
  maxWidth: 240,
  overflow: "hidden",
  textOverflow: "ellipsis",
});

/** A name as long as somebody made it, in the width a column has; all of it on hover. */
export function Clipped({ children }: { children: string }) {
  return <Line title={children}>{children}</Line>;
}
