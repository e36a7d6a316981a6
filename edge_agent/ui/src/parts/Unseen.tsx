/** Text that is heard and not seen: the title of a screen whose drawing already says it. */

import { styled } from "@mui/material/styles";

export const Unseen = styled("h1")({
  position: "absolute",
  width: 1,
  height: 1,
  overflow: "hidden",
  clipPath: "inset(50%)",
  whiteSpace: "nowrap",
});
