/**
 * How would you like to pay? One large row a method; each is an answer, so the bar holds only the
 * way back.
 */

import { BackButton } from "../parts/BackButton";
import { BrandMark } from "../parts/BrandMark";
import { Frame } from "../parts/Frame";
import { choose, MethodRow, Rows } from "../parts/MethodRow";
import type { ScreenProps } from "../parts/screen";
import { useSpeech } from "../words/words";

export function Method({ state, deeds }: ScreenProps) {
  const { say } = useSpeech();
  return (
    <Frame
      title={say("method.title")}
      brand={<BrandMark name={state.brand.name || say("brand.fallback")} />}
      middle
      back={<BackButton onTouch={() => void deeds.go("review")} />}
    >
      <Rows>
        {state.methods.map((method) => (
          <MethodRow
            key={method.method}
            method={method}
            onTouch={() => void choose(method, deeds)}
          />
        ))}
      </Rows>
    </Frame>
  );
}
