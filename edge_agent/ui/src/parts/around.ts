/** What every screen has around it without being told: the owner's logo and the way to a person. */

import { createContext, useContext } from "react";

export interface Around {
  /** Address of the logo on the agent; empty for none. */
  readonly logo: string;
  /** Calls a person; absent where the customer is not the one who looks. */
  readonly call?: () => void;
}

const AroundContext = createContext<Around>({ logo: "" });

export const AroundProvider = AroundContext.Provider;

export function useAround(): Around {
  return useContext(AroundContext);
}
