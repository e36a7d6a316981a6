/** States as the agent sends them, for the tests. */

import type {
  AccessView,
  CatalogueView,
  ChoosingView,
  OptionView,
  PaymentStep,
  PaymentView,
  PixStage,
  PrintState,
  ScreenState,
  ServiceView,
  TicketView,
  Words,
} from "./schemas";

const words = (pt: string): Words => ({ pt, en: pt, es: pt });

const service = (
  id: string,
  category: string,
  name: string,
  prices: Record<string, number>,
): ServiceView => ({
  id,
  category,
  name: words(name),
  description: words(""),
  icon: "bloodtype",
  minutes: 15,
  from_minor: Math.min(...Object.values(prices)),
  prices,
  picture: "",
  off: "",
  options: [],
  estimate_minutes: 0,
});

const option = (id: string, name: string, from_minor: number): OptionView => ({
  id,
  name: words(name),
  from_minor,
});

/** A service with one question that must be answered and one that may. */
export const aKit: ServiceView = {
  ...service("kit", "exams", "Kit desjejum", { debit: 1490 }),
  options: [
    {
      id: "drink",
      name: words("O que você quer beber?"),
      picks_min: 1,
      picks_max: 1,
      choices: [option("coffee", "Café", 0), option("juice", "Suco", 350)],
    },
    {
      id: "more",
      name: words("Quer algo a mais?"),
      picks_min: 0,
      picks_max: 2,
      choices: [option("cake", "Bolo", 600), option("granola", "Granola", 300)],
    },
  ],
};

export function aChoosing(change: Partial<ChoosingView>): ChoosingView {
  return {
    service: aKit,
    quantity: 1,
    options: [],
    missing: ["drink"],
    total_minor: 1490,
    is_from: false,
    ...change,
  };
}

export const aCatalogue: CatalogueView = {
  version: 1,
  currency: "BRL",
  categories: [
    { id: "exams", name: words("Exames"), position: 1 },
    { id: "vaccines", name: words("Vacinas"), position: 2 },
  ],
  services: [
    service("blood", "exams", "Exame de sangue", { debit: 4500, credit: 4700 }),
    service("flu", "vaccines", "Vacina da gripe", { debit: 8900, credit: 8900 }),
    service("info", "exams", "Informações", { free: 0 }),
  ],
};

export const noAids: AccessView = {
  low: false,
  contrast: false,
  large: false,
  slow: false,
  speech: false,
  headphones: false,
  blank: false,
};

export function aState(change: Partial<ScreenState>): ScreenState {
  return {
    rev: 1,
    totem: "t1",
    totem_name: "Totem 1",
    site_name: "Centro",
    online: true,
    step: "services",
    locale: "pt",
    currency: "BRL",
    brand: {
      name: "Clínica Boa Vista",
      primary: "#0B6E4F",
      tagline: words("Sua vez"),
      accent: "",
      logo: "",
      welcome: null,
      slides: [],
    },
    cart: [
      {
        service: "blood",
        name: words("Exame de sangue"),
        quantity: 1,
        unit_minor: 4500,
        total_minor: 4500,
        options: [],
        off: "",
      },
    ],
    total_minor: 4500,
    methods: [
      { method: "debit", total_minor: 4500, available: true, reason: "", instalments_max: 1 },
      { method: "credit", total_minor: 4700, available: false, reason: "no_reader", instalments_max: 1 },
      { method: "counter", total_minor: 4500, available: true, reason: "", instalments_max: 1 },
    ],
    payment: null,
    ticket: null,
    case: null,
    reason: "",
    training: false,
    recovered: null,
    aside: "",
    pix_claims: false,
    receipt: { offers: ["paper", "qr"], paper: "", asked: [] },
    rights: [],
    help: null,
    phone: "(11) 4002-0100",
    timezone: "America/Sao_Paulo",
    idle_s: 45,
    asks: { priority: "off", identify: [], question: "" },
    priority: "",
    identified: [],
    choosing: null,
    reopens: "",
    access: noAids,
    panel: { band_top: 0.16, band_bottom: 1, reader: "beside", paper: "below" },
    pays: { live: ["debit", "credit", "pix", "counter"], card_off: false },
    queue: null,
    ...change,
  };
}

export function aPayment(step: PaymentStep, reason = ""): PaymentView {
  return { method: "debit", amount_minor: 4500, step, message: "", reason, cancellable: true, instalments: 1, pix: null };
}

export function aPix(state: PixStage, reason = ""): PaymentView {
  const isUp = state === "waiting" || state === "checking";
  const pix = { state, br_code: isUp ? "000201 a code 6304" : "", expires_in_s: 287, whole_s: 300, code: "7K39QX2M", returns_in_s: 570 };
  return { ...aPayment(isUp ? "scan" : "declined", reason), method: "pix", pix };
}

export function aTicket(print: PrintState): TicketView {
  return {
    number: "CA042",
    kind: "paid",
    services: [words("Exame de sangue")],
    total_minor: 4500,
    qr: "TOTEM:CA042",
    print,
    cause: "",
    estimate_minutes: 0,
  };
}

/** One state for each screen a customer can meet, by the name of its moment. */
export const everyMoment: Readonly<Record<string, ScreenState>> = {
  attract: aState({ step: "attract", cart: [], online: false }),
  services: aState({ step: "services" }),
  review: aState({ step: "review" }),
  method: aState({ step: "method" }),
  instalments: aState({
    step: "instalments",
    methods: [
      { method: "credit", total_minor: 4500, available: true, reason: "", instalments_max: 3 },
    ],
  }),
  card: aState({ step: "payment", payment: aPayment("insert_card") }),
  approved: aState({ step: "payment", payment: { ...aPayment("approved"), cancellable: false } }),
  declined: aState({ step: "payment", payment: aPayment("declined", "host_declined") }),
  checking: aState({
    step: "payment",
    payment: aPayment("checking"),
    case: { code: "7K3-9QX", kind: "payment_in_doubt", at: "14:32" },
  }),
  printing: aState({ step: "ticket", ticket: aTicket("printing") }),
  printed: aState({ step: "ticket", ticket: aTicket("printed") }),
  "without paper": aState({ step: "ticket", ticket: aTicket("failed") }),
  receipt: aState({
    step: "ticket",
    ticket: aTicket("printed"),
    aside: "receipt",
    receipt: { offers: ["paper", "qr", "email", "phone"], paper: "", asked: [] },
  }),
  "receipt by e-mail": aState({
    step: "ticket",
    ticket: aTicket("printed"),
    aside: "receipt_email",
    receipt: { offers: ["email"], paper: "", asked: [] },
  }),
  "receipt by phone": aState({
    step: "ticket",
    ticket: aTicket("printed"),
    aside: "receipt_phone",
    receipt: { offers: ["phone"], paper: "", asked: [] },
  }),
  rights: aState({
    aside: "rights",
    rights: [
      {
        name: "Clínica Boa Vista Ltda",
        cnpj: "12.345.678/0001-95",
        address: "Rua A, 1",
        phone: "(11) 5555-0000",
        refund: words("Em até 7 dias"),
      },
    ],
  }),
  help: aState({ help: { is_told: true, phone: "(11) 5555-0000", tel: "", shown_s: 600 } }),
  "after a power cut": aState({
    step: "recovered",
    recovered: {
      number: "CA042",
      kind: "paid",
      services: [words("Exame de sangue")],
      total_minor: 4500,
      case: "7K3-9QX",
      state: "to_print",
      at: "14:32",
      cause: "power_cut",
      returns_in_s: 0,
    },
  }),
  PIX: aState({ step: "payment", payment: aPix("waiting") }),
  "PIX expired": aState({ step: "payment", payment: aPix("expired", "expired") }),
  "PIX in doubt": aState({ step: "payment", payment: aPix("lost") }),
  "PIX late": aState({ step: "payment", payment: aPix("late") }),
  "PIX claim": aState({ step: "attract", cart: [], aside: "pix_claim", pix_claims: true }),
  priority: aState({ step: "priority", asks: { priority: "ask", identify: [], question: "" } }),
  options: aState({ step: "options", choosing: aChoosing({}) }),
  name: aState({
    step: "identify",
    asks: { priority: "off", identify: ["name"], question: "name" },
  }),
  cpf: aState({ step: "identify", asks: { priority: "off", identify: ["cpf"], question: "cpf" } }),
  "attract without cards": aState({
    step: "attract",
    cart: [],
    pays: { live: ["pix", "counter"], card_off: true },
    queue: 3,
  }),
  closed: aState({ step: "closed", cart: [], reopens: "08:00" }),
  "out of order": aState({ step: "out_of_order", reason: "no_paper" }),
};
