/** A second button in the bar, next to the way on. */

import { styled } from "@mui/material/styles";

export const Beside = styled("div")({ display: "flex", justifyContent: "flex-end", gap: "max(16px, calc(16 * var(--u)))" });
