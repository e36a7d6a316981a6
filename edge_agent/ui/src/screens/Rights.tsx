/** Who sells, whom to ask, and how money comes back: for everybody who is part of this sale. */

import { styled } from "@mui/material/styles";
import type { EntityView } from "../api/schemas";
import { BackButton } from "../parts/BackButton";
import { BrandMark } from "../parts/BrandMark";
import { Frame } from "../parts/Frame";
import type { ScreenProps } from "../parts/screen";
import { edge, px, radius, text } from "../theme/tokens";
import { useSpeech } from "../words/words";

const Cards = styled("div")({
  display: "grid",
  gap: "var(--gap)",
  "@media (orientation: landscape)": {
    gridTemplateColumns: "repeat(auto-fit, minmax(min(100%, 24em), 1fr))",
  },
});

const Card = styled("section")(({ theme: { look } }) => ({
  display: "grid",
  gap: px(24),
  alignContent: "start",
  padding: px(44),
  borderRadius: radius.card,
  background: look.surface,
  boxShadow: edge(look),
  fontSize: text.body,
  "& h2": { fontSize: text.answer, fontWeight: 700, lineHeight: 1.15 },
  "& dt": { fontSize: text.small, color: look.soft },
  "& dd strong": { fontSize: text.answer, whiteSpace: "nowrap" },
  "& dl": { display: "grid", gap: px(4) },
  "@media (orientation: landscape)": { padding: px(32), gap: px(16) },
}));

const Small = styled("p")(({ theme: { look } }) => ({
  marginTop: px(32),
  fontSize: text.small,
  color: look.soft,
}));

export function Rights({ state, deeds }: ScreenProps) {
  const { say } = useSpeech();
  return (
    <Frame
      title={say("rights.title")}
      brand={<BrandMark name={state.brand.name || say("brand.fallback")} />}
      back={<BackButton onTouch={() => void deeds.open("")} />}
    >
      <Cards>
        {state.rights.map((entity) => (
          <Seller key={entity.cnpj} entity={entity} fallback={state.phone} />
        ))}
      </Cards>
      <Small>{say("rights.not_fiscal")}</Small>
    </Frame>
  );
}

function Seller({ entity, fallback }: { entity: EntityView; fallback: string }) {
  const { say, read } = useSpeech();
  const phone = entity.phone || fallback;
  return (
    <Card>
      <h2>{entity.name}</h2>
      <dl>
        <dt>{say("rights.who")}</dt>
        <dd>CNPJ {entity.cnpj}</dd>
        <dd>{entity.address}</dd>
      </dl>
      {phone !== "" && (
        <dl>
          <dt>{say("rights.phone")}</dt>
          <dd>
            <strong>{phone}</strong>
          </dd>
        </dl>
      )}
      <dl>
        <dt>{say("rights.refund")}</dt>
        <dd>{entity.refund === null ? say("rights.refund.ask") : read(entity.refund)}</dd>
      </dl>
    </Card>
  );
}
