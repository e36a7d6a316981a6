/** The agent's own short English in the technician's language; what is not known stays as it is. */

import type { ActView, Finding } from "../api/cornerSchemas";
import type { Speech, WordKey } from "../words/words";

type Dictionary = Readonly<Record<string, WordKey>>;

const SYNCS: Dictionary = {
  probing: "desk.sync.probing",
  streaming: "desk.sync.streaming",
  rewound: "desk.sync.rewound",
  recovering: "desk.sync.recovering",
};
const LOOKED_AT: Dictionary = {
  printer: "desk.device.printer",
  "test paper": "desk.found.paper",
  took: "desk.found.took",
  answers: "desk.found.took",
  display: "desk.found.display",
  code: "desk.found.code",
  device: "desk.found.device",
};
const SAID: Dictionary = {
  printed: "desk.paper.printed",
  likely: "desk.paper.printed",
  "read and answered": "desk.display.read",
  "not readable": "desk.display.ill",
  "nobody answered": "desk.display.nobody",
  "shows a line, takes no answer": "desk.display.shown",
};
const DEEDS: Dictionary = {
  entered: "desk.act.entered",
  "printer test": "desk.act.printer",
  "reader test": "desk.act.reader",
  "scanner test": "desk.act.scanner",
  "touch test": "desk.act.touch",
  "screen restarted": "desk.act.restarted",
};

export function syncOf(state: string, speech: Speech): string {
  return wordOf(SYNCS, state, speech);
}

export function foundOf({ what, said }: Finding, speech: Speech): string {
  return `${wordOf(LOOKED_AT, what, speech)}: ${wordOf(SAID, said, speech)}`;
}

export function actOf({ deed, about }: ActView, speech: Speech): string {
  const told = wordOf(DEEDS, deed, speech);
  const missed = Number.parseInt(about, 10);
  if (deed === "touch test" && !Number.isNaN(missed))
    return `${told} · ${speech.say("desk.act.missed", { missed })}`;
  return [told, about].filter((part) => part !== "").join(" · ");
}

function wordOf(known: Dictionary, word: string, { say }: Speech): string {
  const key = known[word];
  return key === undefined ? word : say(key);
}
