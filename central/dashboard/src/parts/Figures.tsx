import Box from "@mui/material/Box";
import Skeleton from "@mui/material/Skeleton";
import { styled } from "@mui/material/styles";
import type { ReactNode } from "react";

import { Icon } from "./Icon";

export interface Figure {
  key: string;
  label: string;
  hint?: string;
  value: ReactNode | undefined;
  /** Where the number is made of. */
  href?: string;
}

/** A quiet strip of figures; those with an address lead to what they are made of. */
export function Figures({ figures }: { figures: Figure[] }) {
  return (
    <Strip>
      {figures.map(({ key, label, hint, value, href }) => (
        <Cell key={key} as={href ? "a" : "div"} {...(href ? { href } : {})} title={hint}>
          <Box component="span" sx={{ color: "text.secondary", fontSize: 13 }}>
            {label}
            {href && (
              <Icon
                name="open"
                sx={{ fontSize: 13, ml: 0.5, verticalAlign: "-2px", opacity: 0.7 }}
              />
            )}
          </Box>
          <Box component="span" sx={{ fontSize: 20, fontWeight: 600, lineHeight: 1.3 }}>
            {value ?? <Skeleton width={72} />}
          </Box>
        </Cell>
      ))}
    </Strip>
  );
}

const Strip = styled("div")(({ theme }) => ({
  flexShrink: 0,
  display: "flex",
  overflow: "hidden",
  border: `1px solid ${theme.vars.palette.divider}`,
  borderRadius: 10,
  background: theme.vars.palette.background.paper,
}));

const Cell = styled("div")(({ theme }) => ({
  flex: 1,
  minWidth: 0,
  display: "flex",
  flexDirection: "column",
  padding: "12px 16px",
  color: "inherit",
  textDecoration: "none",
  whiteSpace: "nowrap",
  "& + &": { borderLeft: `1px solid ${theme.vars.palette.divider}` },
  "&[href]:hover": { background: theme.vars.palette.action.hover },
  "&:focus-visible": { outlineOffset: -2 },
}));
