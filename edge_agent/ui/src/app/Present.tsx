/**
 * Which page draws which state. Mounted anew for each, so that nothing of one customer stays for
 * the next.
 */

import { Suspense } from "react";
import { AroundProvider } from "../parts/around";
import type { ScreenProps } from "../parts/screen";
import { Attract } from "../screens/Attract";
import { Moment } from "../screens/Moment";
import { Help, Page } from "./pieces";
import { isFirst, isMoneyOpen, pageOf } from "./stages";

export function Present(props: ScreenProps) {
  const { state, deeds } = props;
  const page = pageOf(state);
  return (
    <AroundProvider value={{ logo: state.brand.logo, call: () => void deeds.call() }}>
      {isFirst(state) ? (
        <Attract key={page} {...props} />
      ) : (
        <Suspense fallback={<Moment paying={isMoneyOpen(state)} />}>
          <Page key={page} {...props} />
        </Suspense>
      )}
      {state.help !== null && (
        <Suspense>
          <Help
            help={state.help}
            claim={state.case}
            onClose={() => void deeds.leaveHelp()}
          />
        </Suspense>
      )}
    </AroundProvider>
  );
}
